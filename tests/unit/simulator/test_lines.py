"""Every line is one that vangnet-partner accepts, and means what contract.md says."""

import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest
from vangnet_contract.municipalities import district_in, municipalities
from vangnet_contract.policy.load import load_policy
from vangnet_contract.taxonomy import detail_problems, event_types
from vangnet_simulator import PARTNERS, Entry, Record, Region
from vangnet_simulator.local_time import LOCAL
from vangnet_simulator.partners import SENDER
from vangnet_simulator.places import MUNICIPALITIES

PERSON_FIELDS = {
    *("bsn", "givenNames", "prefix", "surname", "birthDate", "sex", "clientNumber"),
    *("postcode", "houseNumber", "houseNumberSuffix", "street", "city"),
}
DEMO = Path(__file__).parents[3] / "deploy" / "policy" / "demo"


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(
        Region.generate(seed=11, days=300, persons=1500, start_date=date(2026, 2, 1), heartbeat_hours=24).entries()
    )


@pytest.fixture(scope="module")
def records(entries: list[Entry]) -> list[Record]:
    return [entry.record for entry in entries]


def test_each_line_is_valid_against_the_taxonomy(records: list[Record]) -> None:
    assert records
    for record in records:
        line = record.line
        event_type = event_types()[line["type"]]
        assert line.keys() - {"district", "incident", "person", "reason"} >= {
            "id",
            "type",
            "registeredAt",
            "occurredAt",
            "details",
        }
        assert ("municipality" in line) == (event_type.municipality != "forbidden")
        assert not line.get("retracts") or ("person" not in line and line["details"] == {})
        assert line.get("retracts") or list(detail_problems(event_type, line["details"])) == []
        assert "district" not in line or district_in(line["district"], line["municipality"])
        assert line.get("person", {}).keys() <= PERSON_FIELDS
        assert ("reason" in line) == bool(line.get("retracts"))


def test_every_type_is_sent_and_each_by_its_own_partner(records: list[Record]) -> None:
    sent = {(record.line["type"], record.partner) for record in records if "municipality" in record.line}
    assert sent == set(SENDER.items())
    assert all(event_types()[type_].state == "on" for type_ in SENDER)


def test_sources_and_names_are_those_of_the_demo_policy() -> None:
    policy = {partner.name: partner.sources[0] for partner in load_policy(DEMO).partners}
    assert {partner.name: partner.source for partner in PARTNERS} == policy


def test_records_come_in_the_order_of_registration(records: list[Record]) -> None:
    times = [datetime.fromisoformat(record.line["registeredAt"]) for record in records]
    assert times == sorted(times)
    assert times[0] >= datetime(2026, 2, 1, tzinfo=LOCAL) and times[-1] <= datetime(2026, 11, 28, tzinfo=LOCAL)


def test_registration_follows_the_event_sometimes_by_days(records: list[Record]) -> None:
    delays = [
        (datetime.fromisoformat(r.line["registeredAt"]) - datetime.fromisoformat(r.line["occurredAt"])).total_seconds()
        for r in records
    ]
    assert min(delays) >= 0
    assert 0.01 < sum(delay > 86_400 for delay in delays) / len(delays) < 0.15


def test_times_bear_the_dutch_offset_of_that_day(records: list[Record]) -> None:
    for record in records:
        for name in ("registeredAt", "occurredAt"):
            at = datetime.fromisoformat(record.line[name])
            assert at.utcoffset() == at.astimezone(LOCAL).utcoffset()
    assert {record.line["occurredAt"][-6:] for record in records} == {"+01:00", "+02:00"}


def test_ids_are_used_once_and_hold_no_run_that_might_be_an_identifier(records: list[Record]) -> None:
    names = [(record.partner, record.line["id"]) for record in records]
    assert len(set(names)) == len(names)
    texts = [record.line["id"] for record in records] + [record.line.get("incident", "") for record in records]
    assert not any(re.search(r"(?<!\d)\d{8,9}(?!\d)", text) for text in texts)


def test_amendments_name_an_earlier_root_of_the_same_partner(entries: list[Entry]) -> None:
    roots: dict[tuple[str, str], str] = {}
    seen = defaultdict(int)
    for entry in entries:
        line, partner = entry.record.line, entry.record.partner
        root = line.get("corrects") or line.get("retracts")
        if root is None:
            roots[partner, line["id"]] = line["type"]
        else:
            assert roots[partner, root] == line["type"]
            seen["corrects" if line["corrects"] else "retracts"] += 1
    assert 0.004 < seen["corrects"] / len(roots) < 0.02
    assert 0.003 < seen["retracts"] / len(roots) < 0.015


def test_sealed_details_come_with_an_identity_and_without_a_district(records: list[Record]) -> None:
    for record in records:
        line = record.line
        if event_types()[line["type"]].details_sealed:
            assert "district" not in line
            assert "person" in line or not line["details"]


def test_all_six_municipalities_exist(records: list[Record]) -> None:
    assert {m.code: m.name for m in MUNICIPALITIES}.items() <= municipalities().items()
    assert {record.line["municipality"] for record in records if "municipality" in record.line} == {
        m.code for m in MUNICIPALITIES
    }


def test_each_partner_says_daily_that_all_was_sent(records: list[Record]) -> None:
    beats = [record for record in records if record.line["type"].endswith("levensteken.v1")]
    assert len(beats) == 300 * len(PARTNERS)
    assert "person" not in beats[0].line and "municipality" not in beats[0].line


def test_care_runs_from_start_to_end_and_is_confirmed_within_45_days(entries: list[Entry]) -> None:
    care = defaultdict(list)
    amended = {
        (e.record.partner, root)
        for e in entries
        for root in (e.record.line.get("corrects"), e.record.line.get("retracts"))
        if root
    }
    for entry in entries:
        line = entry.record.line
        if (
            entry.truth
            and (entry.record.partner, line["id"]) not in amended
            and line["type"].endswith("begeleiding.v1")
        ):
            care[entry.truth.person].append((datetime.fromisoformat(line["occurredAt"]), line["details"]["fase"]))
    gaps = phases = 0
    for course in care.values():
        for (earlier, before), (later, after) in zip(sorted(course), sorted(course)[1:], strict=False):
            phases += (before == "einde") == (after == "start")
            gaps += after == "start" or (later - earlier).days <= 45
    pairs = sum(len(course) - 1 for course in care.values())
    assert pairs > 100
    assert phases / pairs > 0.95 and gaps / pairs > 0.95  # a retracted event leaves a hole


def test_some_nights_bring_police_ambulance_and_crisis_service_to_one_person(entries: list[Entry]) -> None:
    seen = defaultdict(set)
    for entry in entries:
        if entry.truth and entry.truth.person and event_types()[entry.record.line["type"]].event_class == "incident":
            at = datetime.fromisoformat(entry.record.line["occurredAt"])
            for block in (0, 1):  # two overlapping rasters of twelve hours
                seen[entry.truth.person, block, int(at.timestamp() / 43_200 + block / 2)].add(entry.record.partner)
    assert sum({"politie", "ambulance", "ggz"} <= partners for partners in seen.values()) >= 5
