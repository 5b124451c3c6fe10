"""A simulation as files: what each partner would hand to `vangnet-partner submit`, and the truth beside it."""

import csv
import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from vangnet_simulator.partners import PARTNERS
from vangnet_simulator.simulation import Simulation


def write_files(simulation: Simulation, folder: Path) -> Counter[str]:
    """Write `<partner>.jsonl`, `truth.csv` and `persons.jsonl`, replacing older ones; the number of lines of each partner."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: Counter[str] = Counter({partner.name: 0 for partner in PARTNERS})
    with ExitStack() as stack:
        files = {name: stack.enter_context(_new(folder / f"{name}.jsonl")) for name in lines}
        truth = csv.writer(stack.enter_context(_new(folder / "truth.csv")), lineterminator="\n")
        truth.writerow(("source", "id", "person"))
        for record, row in ((entry.record, entry.truth) for entry in simulation.entries()):
            files[record.partner].write(_json_line(record.line))
            lines[record.partner] += 1
            if row is not None:
                truth.writerow((row.source, row.id, row.person))
    _write_persons(simulation, folder / "persons.jsonl")
    return lines


def _new(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _write_persons(simulation: Simulation, path: Path) -> None:
    with _new(path) as file:
        file.writelines(_json_line(person) for person in simulation.persons())


def _json_line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
