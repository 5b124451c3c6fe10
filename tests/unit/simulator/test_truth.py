"""The truth is right, the same for a seed, and the partners' records are good enough to find it again."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, islice

import pytest
from vangnet_simulator import Entry, Region, Simulation


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return Region.generate(seed=5, days=200, persons=1200)


@pytest.fixture(scope="module")
def entries(simulation: Simulation) -> list[Entry]:
    return list(simulation.entries())


def as_bytes(entries: Iterator[Entry]) -> bytes:
    return "\n".join(f"{e.record.partner} {json.dumps(e.record.line)} {e.truth}" for e in entries).encode()


def test_a_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (as_bytes(Region.generate(seed, days=40, persons=300).entries()) for seed in (3, 3, 4))
    assert first == again != other


def test_iterators_start_anew(simulation: Simulation) -> None:
    assert list(islice(simulation.events(), 20)) == list(islice(simulation.events(), 20))
    assert list(islice(simulation.truth(), 20)) == list(islice(simulation.truth(), 20))


def test_truth_has_one_row_for_each_root_that_is_not_retracted(simulation: Simulation, entries: list[Entry]) -> None:
    records = [entry.record for entry in entries]
    roots = {(r.partner, r.line["id"]) for r in records if not r.line["corrects"] and not r.line["retracts"]}
    gone = {(r.partner, r.line["retracts"]) for r in records if r.line["retracts"]}
    partner = {source: name for name, source in simulation.sources.items()}
    rows = [(partner[row.source], row.id) for row in simulation.truth()]
    assert len(rows) == len(set(rows)) and set(rows) == roots - gone and gone


def test_truth_names_the_person_whose_number_the_last_word_on_the_event_holds(
    simulation: Simulation, entries: list[Entry]
) -> None:
    bsn = {person["person"]: person["bsn"] for person in simulation.persons()}
    truth = {(e.record.partner, e.record.line["id"]): e.truth.person for e in entries if e.truth}
    last = {
        (e.record.partner, e.record.line["corrects"] or e.record.line["id"]): e.record.line
        for e in entries
        if not e.record.line["retracts"]
    }
    changed = 0
    for key, person in truth.items():
        known = last[key].get("person")
        assert (known is None) == (person == "")
        if known and "bsn" in known:
            assert known["bsn"] == bsn[person]
            changed += last[key]["id"] != key[1]
    assert changed


def test_a_longer_run_begins_with_the_shorter_one_but_later_amendments_are_not_known_yet() -> None:
    short, long = (list(Region.generate(seed=5, days=days, persons=3500).entries()) for days in (30, 50))
    assert [entry.record for entry in long[: len(short)]] == [entry.record for entry in short]
    believed, later = ({entry.truth for entry in entries if entry.truth} for entries in (short, long))
    assert 0.9 * len(believed) < len(believed & later) < len(believed)


def test_partners_know_people_differently(entries: list[Entry]) -> None:
    known = defaultdict(list)
    for entry in entries:
        if entry.truth and entry.truth.person:
            known[entry.record.partner].append(entry.record.line["person"])
    shares = {partner: sum("bsn" in person for person in people) / len(people) for partner, people in known.items()}
    assert shares["ggz"] > 0.97 and shares["gemeente"] > 0.9 and shares["wonen"] == 0
    assert 0.4 < shares["politie"] < 0.7
    assert all("clientNumber" in person for person in known["ggz"] + known["gemeente"] + known["wonen"])
    assert not any("clientNumber" in person for person in known["politie"] + known["ambulance"])


def test_exact_identifiers_join_most_records_of_a_person_and_hardly_anyone_else(entries: list[Entry]) -> None:
    """The four token inputs of scheme v1 (issue 3): BSN, client number, names + birth date, surname + birth date + house."""
    profiles = [
        (tokens(entry.record.partner, entry.record.line["person"]), entry.truth.person)
        for entry in entries
        if entry.truth and entry.truth.person and "person" in entry.record.line
    ]
    found = components([tokens for tokens, _ in profiles])
    together = defaultdict(list)
    for (_, person), component in zip(profiles, found, strict=True):
        together[person].append(component)
    pairs = [a == b for components in together.values() for a, b in combinations(components, 2)]
    assert sum(pairs) / len(pairs) > 0.93
    persons_of = defaultdict(set)
    for (_, person), component in zip(profiles, found, strict=True):
        persons_of[component].add(person)
    assert sum(len(persons) > 1 for persons in persons_of.values()) / len(persons_of) < 0.02


def tokens(partner: str, person: dict[str, object]) -> list[tuple[object, ...]]:
    surname = (person.get("prefix"), person["surname"], person["birthDate"])
    candidates = [
        ("bsn", person.get("bsn")),
        ("client", partner, person.get("clientNumber")),
        ("names", *surname, person["givenNames"]),
        ("house", *surname, person.get("postcode"), person.get("houseNumber")),
    ]
    return [token for token in candidates if token[-1] is not None]


def components(profiles: list[list[tuple[object, ...]]]) -> list[int]:
    """For each profile the smallest index of those that share a token with it, directly or through others."""
    parent = list(range(len(profiles)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    first: dict[tuple[object, ...], int] = {}
    for index, profile in enumerate(profiles):
        for token in profile:
            a, b = root(index), root(first.setdefault(token, index))
            parent[max(a, b)] = min(a, b)
    return [root(index) for index in range(len(profiles))]


def test_a_long_run_is_handed_out_as_it_goes() -> None:
    centuries = Region.generate(seed=1, days=300 * 365, persons=500)
    assert len(list(islice(centuries.events(), 50))) == 50


@pytest.mark.parametrize(("days", "persons"), [(1, 1), (3, 7), (30, 2)])
def test_any_number_of_days_and_persons(days: int, persons: int) -> None:
    simulation = Region.generate(seed=2, days=days, persons=persons)
    assert len(list(simulation.persons())) == persons
    assert all(row.person in ("", *(p["person"] for p in simulation.persons())) for row in simulation.truth())


@pytest.mark.parametrize("wrong", [{"days": 0}, {"persons": 0}, {"heartbeat_hours": -1}])
def test_numbers_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=rf"{next(iter(wrong))} must be at least"):
        Region.generate(**wrong)


def test_sources_can_be_given() -> None:
    source = "urn:nld:oin:00000000000000009999:systeem:test"
    simulation = Region.generate(seed=1, days=60, persons=500, sources={"politie": source})
    assert source in {row.source for row in simulation.truth()}
