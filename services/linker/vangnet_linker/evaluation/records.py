"""Files of records: the person fields of the contract, `entity`, and if there `source` and `clientNumber`; columns in any order."""

import csv
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.parts import parts
from vangnet_pseudonym.scheme import V2, inputs_of

from vangnet_linker.domain.linkage.pattern import Profile

TEXTS = {
    "bsn": "bsn",
    "givennames": "given_names",
    "prefix": "prefix",
    "surname": "surname",
    "birthdate": "birth_date",
    "sex": "sex",
    "clientnumber": "client_number",
    "postcode": "postcode",
    "housenumbersuffix": "house_number_suffix",
    "street": "street",
    "city": "city",
}
LONGEST = 200
_DUTCH = re.compile(r"\s*[1-9][0-9]{3}\s?[A-Za-z]{2}\s*")


class Unreadable(ValueError):
    """A file that is no set of records; the text says why, in one line."""


class RecordSet(NamedTuple):
    """Records as profiles of tokens, and beside them who they really are. `kind`: what the postcodes look like."""

    profiles: list[Profile]
    entities: list[str]
    kind: str  # dutch, foreign, none


def read_records(path: Path) -> RecordSet:
    """The records of a CSV file. Raises Unreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            dialect = _dialect(file.readline())
            file.seek(0)
            rows = list(_rows(csv.DictReader(file, dialect=dialect, restval="")))
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None
    except csv.Error as error:
        raise Unreadable(f"{path}: {error}") from None
    if not rows:
        raise Unreadable(f"{path}: has no records")
    if "entity" not in rows[0]:
        raise Unreadable(f"{path}: has no column 'entity'")
    if not rows[0].keys() & {*TEXTS, "housenumber"}:
        raise Unreadable(f"{path}: has none of the columns of a person (givenNames, surname, birthDate, postcode, …)")
    return RecordSet([profile_of(row) for row in rows], _entities(rows), _kind(rows))


def _dialect(header: str) -> type[csv.Dialect]:
    class Found(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Found


def _rows(reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    for row in reader:
        yield {_column(name): (value or "").strip()[:LONGEST] for name, value in row.items() if isinstance(value, str)}


def _column(name: str | None) -> str:
    return re.sub(r"[\s_-]", "", name or "").lower()


def _entities(rows: list[dict[str, str]]) -> list[str]:
    """Records without an entity are each somebody else."""
    return [row["entity"] or f"?{place}" for place, row in enumerate(rows)]


def _kind(rows: Iterable[dict[str, str]]) -> str:
    found = [postcode for row in rows if (postcode := row.get("postcode"))]
    if not found:
        return "none"
    return "dutch" if sum(map(bool, map(_DUTCH.fullmatch, found))) * 2 > len(found) else "foreign"


def profile_of(row: dict[str, str]) -> Profile:
    """The tokens of a record. Only whether they are equal matters here, so an unkeyed hash stands for the VOPRF."""
    person, partner = person_of(row), row.get("source", "")
    found, _ = parts(person, foreign=True)
    inputs = inputs_of(found, partner, V2)
    return Profile({kind: blake2b(text, digest_size=12).digest() for kind, text in inputs}, partner)


def person_of(row: dict[str, str]) -> Person:
    """As a partner would give it: what cannot be one field is left out."""
    given = {field: _text(row.get(column)) for column, field in TEXTS.items()}
    house = re.match(r"\D{0,3}(\d{1,5})(?:\.0+\b)?(.*)", row.get("housenumber", ""))
    if house and not given["house_number_suffix"]:
        given["house_number_suffix"] = _text(house[2])
    return Person(house_number=int(house[1]) if house else None, **given)


def _text(value: str | None) -> str | None:
    return None if not value or value.lower() in ("nan", "none", "null", "na", "<na>") else value
