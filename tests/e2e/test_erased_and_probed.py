"""Erased stays erased, also after an older dump comes back; who objects counts nowhere; no answer tells whether somebody is in view."""

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from vangnet_contract import topics
from vangnet_local.demo.region import Line
from vangnet_local.postgres import BINARIES, DATABASE, SERVICES, SUPERUSER, Postgres

from tests.e2e.official import Official
from tests.e2e.sender import partner
from tests.e2e.town import Town

POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
CARE = "nl.oggz-signalen.ggz.ambulante-zorg.v1"
ERASURE = "nl.oggz-signalen.beheer.wissing.v1"
ACCESS = "nl.oggz-signalen.beheer.inzageverzoek.v1"
OBJECTION = "nl.oggz-signalen.beheer.bezwaar.v1"
ANNA = {"bsn": "299999994", "givenNames": "Annabel Fenna", "surname": "Zonderling", "birthDate": "1971-02-03"}
BERT = {"bsn": "288888882", "givenNames": "Bertus Joris", "surname": "Vandewalle", "birthDate": "1969-08-09"}
CARLA = {"bsn": "277777770", "givenNames": "Carla Mijntje", "surname": "Oosterling", "birthDate": "1980-11-12"}
DAAN = {"bsn": "266666661", "givenNames": "Daan Willem", "surname": "Noorderwijk", "birthDate": "1976-05-06"}


def eleven(bsn: str) -> str:
    """The nearest number that passes the eleven-test."""
    number = int(bsn)
    while sum(int(d) * w for d, w in zip(f"{number:09}", (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11:
        number += 1
    return f"{number:09}"


EVA = {"bsn": "221000007", "givenNames": "Eva Marijke", "surname": "Opvraagster", "birthDate": "1988-09-10"}
FRITS = {"bsn": "223000002", "givenNames": "Frits Nico", "surname": "Niemandsland", "birthDate": "1955-01-02"}
for person in (ANNA, BERT, CARLA, DAAN, EVA, FRITS):
    person["bsn"] = eleven(person["bsn"])


def line(own_id: str, at: datetime, person: dict[str, str] | None, type: str = POLICE, **more: object) -> Line:
    moment = at.isoformat(timespec="seconds")
    located = {} if type in (ERASURE, OBJECTION, ACCESS) else {"municipality": "GM0034"}
    made = {"id": own_id, "type": type, "registeredAt": moment, "occurredAt": moment, "details": {}, **located, **more}
    return made | ({"person": person} if person else {})


@pytest.fixture
def moments(town: Town) -> Iterator[datetime]:
    """An hour of its own for each use, after everything that was."""
    start = (town.now or datetime.fromisoformat("2027-06-01T00:00:00+02:00")) + timedelta(days=1)
    return (start + timedelta(hours=n) for n in range(10_000))


def test_answers_are_the_same_for_people_known_held_erased_and_unknown(town: Town, moments: Iterator[datetime]) -> None:
    people = {
        name: {**CARLA, "bsn": eleven(str(210_000_000 + n * 1000)), "givenNames": f"Naam{name}"}
        for n, name in enumerate(("known", "held", "erased", "unknown"))
    }
    town.submit(
        "politie",
        line("probe-known", next(moments), people["known"]),
        line("probe-erased", next(moments), people["erased"]),
    )
    town.submit("ggz", line("probe-held", next(moments), people["held"], CARE, details={"fase": "start"}))
    town.submit("gemeente", line("probe-wissing", next(moments), people["erased"], ERASURE))
    town.settle()
    start = next(moments)
    told = {}
    for name, person in people.items():
        first, second = start, start + timedelta(minutes=1)
        care = {"type": CARE, "details": {"fase": "start"}}
        town.submit("ggz", line(f"{name}-1", first, person, **care), line(f"{name}-2", first, person, **care))
        town.submit(
            "ggz",
            line(f"{name}-3", second, BERT, corrects=f"{name}-1", **care),
        )
        town.tick(second)
        town.submit("ggz", line(f"{name}-4", second, person, corrects=f"{name}-2", **care))
        town.submit("ggz", {"id": f"{name}-5", "type": CARE, "registeredAt": second.isoformat(), "occurredAt": second.isoformat(),
                            "municipality": "GM0034", "retracts": f"{name}-1"})  # fmt: skip
        town.submit("ggz", {"id": f"{name}-6", "type": CARE, "registeredAt": second.isoformat(), "occurredAt": second.isoformat(),
                            "municipality": "GM0034", "retracts": f"{name}-1"})  # fmt: skip
        told[name] = [
            (f.id.replace(name, "x"), f.status, f.problems) for f in town.feedback("ggz") if f.id.startswith(f"{name}-")
        ]
    assert len(told["known"]) == 6
    assert {problem.reason for _, _, problems in told["known"] for problem in problems} == {"already-retracted"}
    assert told == dict.fromkeys(people, told["known"])


def test_who_is_erased_stays_erased_when_an_older_dump_comes_back(
    town: Town, moments: Iterator[datetime], tmp_path: Path
) -> None:
    nights = [next(islice(moments, 23, None)) for _ in range(4)]
    events = [line(f"wis-{n}", night, ANNA) for n, night in enumerate(nights)]
    town.submit("politie", *events)
    town.settle()
    assert frozenset(f"wis-{n}" for n in range(4)) in town.persons()
    assert [a["rule"] for a in town.alerts() if [e[1] for e in a["evidence"][:1]] == ["wis-0"]] != []
    dump = tmp_path / "older.dump"
    with_services_down(town, lambda: pg("pg_dump", town, "-Fc", "-f", str(dump), DATABASE))
    town.submit("gemeente", line("wis-nu", next(moments), ANNA, ERASURE))
    town.submit("politie", line("later", next(moments), BERT))
    town.settle()
    gone(town)
    with_services_down(town, lambda: restore(town, dump))
    town.settle()
    gone(town)
    assert any("later" in group for group in town.persons())
    assert {answer.status for answer in town.submit("politie", *events)} == {"accepted"}
    town.settle()
    gone(town)


def test_who_objects_counts_nowhere_until_it_is_decided(town: Town, moments: Iterator[datetime]) -> None:
    nights = [next(islice(moments, 23, None)) for _ in range(4)]
    mine = frozenset(f"bez-{n}" for n in range(4))
    town.submit("politie", *(line(f"bez-{n}", night, DAAN) for n, night in enumerate(nights)))
    town.settle()
    assert mine in town.persons() and standing(town, "bez-")
    town.submit("gemeente", line("bezwaar", next(moments), DAAN, OBJECTION, details={"fase": "ingediend"}))
    town.platform.kill("linker")
    town.platform.start_service("linker")
    town.settle()
    assert not any(mine & group for group in town.persons()) and not standing(town, "bez-")
    town.submit("politie", line("bez-4", next(moments), DAAN))
    dismissed = line("bezwaar-nee", next(moments), DAAN, OBJECTION, corrects="bezwaar", details={"fase": "afgewezen"})
    town.submit("gemeente", dismissed)
    town.settle()
    assert any(mine | {"bez-4"} <= group for group in town.persons()) and standing(town, "bez-")
    granted = line("bezwaar-ja", next(moments), DAAN, OBJECTION, corrects="bezwaar", details={"fase": "toegewezen"})
    assert {answer.status for answer in town.submit("gemeente", granted)} == {"accepted"}
    assert {answer.status for answer in town.submit("politie", line("bez-5", next(moments), DAAN))} == {"accepted"}
    town.settle()
    gone(town, "bez-")


def test_who_asks_what_is_held_is_told_all_of_it_and_nobody_else_can_read_it(
    town: Town, moments: Iterator[datetime]
) -> None:
    nights = [next(islice(moments, 23, None)) for _ in range(4)]
    town.submit("politie", *(line(f"inz-{n}", night, EVA) for n, night in enumerate(nights)))
    town.submit("ggz", line("inz-zorg", next(moments), EVA, CARE, details={"fase": "start"}))
    town.settle()
    [alert] = [a["id"] for a in town.alerts() if a["rule"] == "R1" and "inz-0" in {e[1] for e in a["evidence"]}]
    Official(town, "beoordelaar").decide(alert, "beoordelingen", besluit="vrijgeven").raise_for_status()
    town.settle()
    town.submit(
        "client", line("inzage", next(moments), EVA, ACCESS), line("inzage-niemand", next(moments), FRITS, ACCESS)
    )
    town.settle()
    said = [one for one in partner(town, "client", "feedback") if one["kind"] == "access-answer"]
    answers = {(one["id"], one["holder"]): one["held"] for one in said}
    assert (
        len(said) == len(answers) == 4
        and answers["inzage-niemand", "register"] == [] == answers["inzage-niemand", "desk"]
    )
    events = {(one["partner"], one["id"], one["certainty"]) for one in answers["inzage", "register"]}
    assert events == {*(("politie", f"inz-{n}", "sure") for n in range(4)), ("ggz", "inz-zorg", "sure")}
    [held] = [one for one in answers["inzage", "desk"] if one["alert"] == alert]
    assert held["state"] == "released" and "released" in {one["kind"] for one in held["told"]}
    raw = [value for _, value in town.read(topics.feedback("client")) if b"access-answer" in value]
    assert len({len(value) for value in raw if b'"register"' in value and b'"inzage"' in value}) == 1
    assert not any(b"politie" in value or str(alert).encode() in value for value in raw)
    assert [one for one in partner(town, "gemeente", "feedback") if one["kind"] == "access-answer"] == []


def standing(town: Town, names: str) -> list[str]:
    """The rules of alerts that rest on these events and were not withdrawn."""
    alerts = [alert for alert in town.alerts() if any(event[1].startswith(names) for event in alert["evidence"])]
    return [alert["rule"] for alert in alerts if alert["state"] != "withdrawn"]


def gone(town: Town, names: str = "wis-") -> None:
    """No export and no table knows the events; every alert that rested on them is withdrawn."""
    first = f"{names}0"
    assert not any(first in group for group in town.persons())
    assert [a["state"] for a in town.alerts() if any(e[1].startswith(names) for e in a["evidence"])] == []
    database = Postgres(
        town.platform.layout.postgres, town.platform.postgres.passwords, port=town.platform.state.ports.postgres
    )
    tables = database.sql(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('linker', 'indicators', 'notifier')"
    ).split()
    for table in tables:
        if table.endswith((".outbox", ".delivery")):
            continue
        held = database.sql(f"COPY {table} TO STDOUT")
        assert first not in held, table
        assert first.encode().hex() not in held, table


def with_services_down(town: Town, work: Callable[[], None]) -> None:
    """As an operator restores: services with state stop, Kafka and ingest stay."""
    for name, child in town.platform.children.items():
        if name.split("-")[0] in SERVICES and child.alive():  # a standby would take over
            child.stop()
    work()
    for name in SERVICES:
        town.platform.start_service(name)


def restore(town: Town, dump: Path) -> None:
    town.platform.postgres.sql(f"DROP DATABASE {DATABASE} WITH (FORCE)", "postgres")
    town.platform.postgres.sql(f"CREATE DATABASE {DATABASE}", "postgres")
    pg("pg_restore", town, "-d", DATABASE, str(dump))


def pg(program: str, town: Town, *arguments: str) -> None:
    environment = {**os.environ, "PGPASSWORD": town.platform.postgres.passwords[SUPERUSER], "PGUSER": SUPERUSER, "PGHOST": "127.0.0.1",
                   "PGPORT": str(town.platform.state.ports.postgres)}  # fmt: skip
    subprocess.run([str(BINARIES / program), *arguments], env=environment, check=True, capture_output=True)
