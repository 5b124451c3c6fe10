"""`vangnet-linker evaluate`: what is read, what is measured, what is printed."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner
from vangnet_linker.cli import app
from vangnet_linker.domain.linkage.calibration import prior_of_pairs, share_known, threshold
from vangnet_linker.domain.linkage.neighbourhood import Working
from vangnet_linker.domain.linkage.pattern import Profile
from vangnet_linker.domain.linkage.weights import prior, shipped
from vangnet_linker.evaluation import measures
from vangnet_linker.evaluation.playing import link
from vangnet_linker.evaluation.records import Unreadable, read_records
from vangnet_linker.evaluation.tables import table_for
from vangnet_pseudonym.scheme import V2
from vangnet_simulator.linkage import dutch

RUNNER = CliRunner()


def written(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    made = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(made[0]))
        writer.writeheader()
        writer.writerows(made)
    return path


def run(*arguments: str) -> dict[str, Any]:
    outcome = RUNNER.invoke(app, ["evaluate", "--json", *arguments])
    assert outcome.exit_code == 0, outcome.output
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def test_dutch_reports_are_linked_the_same_in_any_order(tmp_path: Path) -> None:
    path = written(tmp_path / "reports.csv", dutch.reports(Random(1), 120, 4))
    found = run("--records", str(path), "--curve", str(tmp_path / "curve.svg"))
    figures = {"precision", "recall", "f"}
    assert {name: found[name] for name in figures} == found["shuffled"]
    assert found["precision"] > 0.95 and found["recall"] > 0.75
    assert {
        *figures,
        "recall_at_999",
        "recall_at_995",
        "records_per_s",
        "bCubed",
        "interval",
        "tentativeShare",
        "wrongJoins",
    } <= found.keys()
    assert ElementTree.parse(tmp_path / "curve.svg").getroot().tag.endswith("svg")


def test_each_query_is_one_decision_against_the_register(tmp_path: Path) -> None:
    path = written(tmp_path / "register.csv", dutch.register(Random(2), 300, 60))
    found = run("--records", str(path), "--register", "300")
    assert (found["queries"], found["queriesKnown"], found["table"]) == (60, 30, "netherlands")
    assert found["right"] + found["wrongJoins"] + found["none"] == 60
    assert found["right"] >= 20 and found["wrongJoins"] <= 2


def test_calibration_does_not_look_at_who_they_are(tmp_path: Path) -> None:
    rows = dutch.reports(Random(3), 80, 3)
    found = run("--calibrate", "--records", str(written(tmp_path / "a.csv", rows)))
    blind = run("--calibrate", "--records", str(written(tmp_path / "b.csv", [row | {"entity": "x"} for row in rows])))
    assert (found["prior"], found["sure"]) == (blind["prior"], blind["sure"])
    plain = run("--records", str(tmp_path / "a.csv"))
    assert found["prior"] != plain["prior"]


def test_a_tie_is_refused(tmp_path: Path) -> None:
    one = {"givenNames": "Jan", "surname": "Vries", "birthDate": "1980-05-17", "postcode": "1315AB", "entity": "1"}
    path = written(tmp_path / "tie.csv", [one, one | {"entity": "2"}, one])
    found = run("--records", str(path), "--register", "2")
    assert (found["right"], found["wrongJoins"], found["none"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("entity,postcode,surname,givenNames,birthDate", "1,1315AB,Vries,Jan,1980-05-17"),
        ("given_names;Surname;birth date;POSTCODE;entity", "Jan;Vries;19800517;1315 ab;1"),
        ("\ufeffgivenNames\tsurname\tbirthDate\tpostcode\tentity\tcolour", "Jan\tVries\t17-05-1980\t1315AB\t1\tred"),
    ],
)
def test_columns_come_in_any_order_and_spelling(header: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    plain = "givenNames,surname,birthDate,postcode,entity\nJan,Vries,1980-05-17,1315AB,1\n"
    (tmp_path / "plain.csv").write_text(plain, encoding="utf-8")
    assert read_records(tmp_path / "one.csv") == read_records(tmp_path / "plain.csv")


def test_odd_values_make_no_token_and_no_error(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        "givenNames,surname,birthDate,postcode,houseNumber,entity\n,,,,,1\nnan,None,1980,SW1A 1AA,12b,2\n"
        f"{'x' * 300},Вр,31-31-31,0,-,3\nJan,Vries,1980-02-31,2602.0,12.0,\nshort\n",
        encoding="utf-8",
    )
    found = read_records(path)
    assert [bool(profile.tokens) for profile in found.profiles] == [False, False, False, True, False]
    assert found.kind == "foreign" and len(set(found.entities)) == 5


@pytest.mark.parametrize("text", ["", "entity\n1\n", "givenNames,surname\nJan,Vries\n", "givenNames,entity\n"])
def test_what_is_no_set_of_records_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable):
        read_records(tmp_path / "bad.csv")
    outcome = RUNNER.invoke(app, ["evaluate", "--records", str(tmp_path / "bad.csv")])
    assert outcome.exit_code == 65 and "Traceback" not in outcome.output


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    outcome = RUNNER.invoke(app, ["evaluate", "--records", str(tmp_path / "none.csv")])
    assert outcome.exit_code == 65


def test_measures_of_a_small_case() -> None:
    persons, entities = [0, 0, 0, 1], ["a", "a", "b", "b"]
    assert measures.quality(measures.pairwise(persons, entities)) == (1 / 3, 1 / 2)
    assert measures.b_cubed(persons, entities) == pytest.approx(((4 / 3 + 1 / 3 + 1) / 4, (2 + 0.5 + 0.5) / 4))
    points = measures.sweep([(0.9, True), (0.8, False), (0.8, True), (0.2, False)], 4)
    assert [tuple(point) for point in points] == [(0.9, 1.0, 0.25), (0.8, 2 / 3, 0.5), (0.2, 0.5, 0.5)]
    assert (measures.recall_at(points, 0.999), measures.recall_at(points, 0.6), measures.recall_at([], 0.6)) == (
        0.25,
        0.5,
        0,
    )


def test_the_bootstrap_lies_around_the_figure() -> None:
    tallies = [measures.Tally(n % 10 > 0, 1, 1) for n in range(200)]
    low, high = measures.interval(tallies, Random(1))["precision"]
    assert low < 0.9 < high


def test_the_prior_is_found_again_without_labels() -> None:
    weights = {1200: 90, 300: 100}  # a weight of 12 nats is one person, of 3 nats two, among a million pairs
    assert abs(prior_of_pairs(weights, 1_000_000) - prior(90 / 1_000_090, 1)) < 20
    assert 0.4 < share_known([[1500]] * 50 + [[]] * 50, 10_000) < 0.6


def test_the_threshold_keeps_the_promise_in_the_mean() -> None:
    assert threshold([0.99, 0.97, 0.93, 0.6], 0.95) == 0.93
    assert threshold([0.99, 0.99, 0.6, 0.4], 0.8) == 0.6
    assert threshold([], 0.95) == 0.95


def test_the_shipped_weights_say_what_they_were_learned_from() -> None:
    weights = shipped()
    kinds = {str(kind.number) for kind in V2.kinds}
    assert weights.scheme == V2.name
    assert weights.tables.keys() == {
        table_for(kind, register=register) for kind in ("dutch", "foreign", "none") for register in (True, False)
    }
    for table in weights.tables.values():
        assert table.trained_on and not any("febrl3" in name or "test" in name for name in table.trained_on)
        assert set(table.agree) <= kinds and {kind for pair in table.together for kind in pair.split("+")} <= kinds


def test_records_without_a_token_are_not_taken_for_one_person() -> None:
    nobody = Profile({})
    found = link([nobody, nobody], [0, 1], shipped().tables["netherlands"], Working(prior(0.5, 10_000)))
    assert len(set(found.persons)) == 2
