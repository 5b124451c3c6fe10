"""The command writes what each partner would submit, and the truth beside it."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner
from vangnet_simulator import PARTNERS, Region
from vangnet_simulator.cli import app


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*arguments])
    return result.exit_code, result.output


def test_files_hold_what_the_library_gives(tmp_path: Path) -> None:
    code, output = run("--days", "60", "--persons", "400", "--seed", "9", "--out", str(tmp_path / "region"))
    simulation = Region.generate(seed=9, days=60, persons=400)
    events = list(simulation.events())
    assert code == 0 and output.startswith(f"{len(events)} events")
    for partner in PARTNERS:
        lines = (tmp_path / "region" / f"{partner.name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == [event.line for event in events if event.partner == partner.name]
    with (tmp_path / "region" / "truth.csv").open(encoding="utf-8") as file:
        rows = [(row["source"], row["id"], row["person"]) for row in csv.DictReader(file)]
    assert rows == [(row.source, row.id, row.person) for row in simulation.truth()]
    persons = (tmp_path / "region" / "persons.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in persons] == list(simulation.persons())


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert run("--days", "20", "--persons", "200", "--out", str(tmp_path / folder))[0] == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 8
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_calibration_prints_the_table() -> None:
    code, output = run("calibration", "--persons", "40")
    assert code == 0 and "reports of the 7 % with most" in output


def test_bad_arguments_are_named(tmp_path: Path) -> None:
    assert run()[0] == 2 and "--out" in run()[1]
    assert "--days" in run("--days", "0", "--out", str(tmp_path))[1]
    (tmp_path / "file").write_text("")
    code, output = run("--days", "1", "--persons", "1", "--out", str(tmp_path / "file" / "under"))
    assert code == 2 and "cannot write" in output and "Traceback" not in output
