"""R1 and R2 as the demo policy has them, by hand."""

from datetime import timedelta

from vangnet_contract.messages import AreaEvent, Heartbeat, Tick
from vangnet_indicators.app import Partition, step

from tests.unit.indicators.people import (
    AMBULANCE,
    BOOK,
    CARE,
    DAY,
    DEMO_BOOK,
    HOUR,
    PERSONS,
    START,
    change,
    play,
    record,
)


def four_nights(type: str = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1") -> list:
    return [record(f"a{n}", START + 20 * n * DAY, type) for n in range(4)]


def test_the_fourth_occurrence_in_90_days_raises_r1_once_and_the_fifth_updates_it() -> None:
    nights = [*four_nights(), record("b", START + 61 * DAY)]
    said = play(*[change(event.occurred_at, [event]) for event in nights])
    assert [(s.rule, s.change, s.occurrences, s.events) for s in said] == [
        ("R1", "raised", 4, 4),
        ("R1", "updated", 5, 5),
    ]
    assert (said[0].crossed_at, said[0].lead, said[0].mode) == (START + 60 * DAY, "GM0034", "actief")
    assert [item.occurrence for item in said[1].evidence] == [1, 2, 3, 4, 5]


def test_occurrences_without_police_do_not_count_for_r1() -> None:
    assert play(change(START + 60 * DAY, four_nights(AMBULANCE))) == []


def test_a_police_event_that_comes_later_in_the_night_makes_it_count_from_then_on() -> None:
    nights = [*four_nights()[:3], record("x", START + 60 * DAY, AMBULANCE), record("y", START + 60 * DAY + HOUR)]
    (raised,) = play(change(START + 61 * DAY, nights))
    assert (raised.crossed_at, raised.occurrences, raised.events) == (START + 60 * DAY + HOUR, 4, 5)


def test_three_occurrences_in_14_days_of_any_group_raise_r2() -> None:
    found = play(change(START + 10 * DAY, [record(f"e{n}", START + 5 * n * DAY, AMBULANCE) for n in range(3)]))
    assert [(s.rule, s.change) for s in found] == [("R2", "raised")]


def test_one_night_of_several_partners_is_no_repetition() -> None:
    assert play(change(START + DAY, [record(f"e{n}", START + n * HOUR, AMBULANCE) for n in range(9)])) == []


def test_what_crossed_long_ago_is_history_not_a_signal() -> None:
    late = START + 74 * DAY
    assert [s.change for s in play(change(late, four_nights()))] == ["raised"]
    assert play(change(late + timedelta(seconds=1), four_nights())) == []


def test_ageing_out_ends_and_removal_withdraws() -> None:
    end = START + 90 * DAY
    began = change(START + 60 * DAY, four_nights())
    said = play(began, Tick(at=end - timedelta(seconds=1)), Tick(at=end), Tick(at=end + 400 * DAY))
    assert [(s.change, s.ended_at) for s in said] == [("raised", None), ("ended", end)]
    said = play(began, change(START + 61 * DAY, removed=four_nights()[:1]))
    assert [s.change for s in said] == ["raised", "withdrawn"]
    assert said[0].id == said[1].id


def test_what_is_over_when_it_becomes_known_is_raised_and_ended_at_once() -> None:
    nights = [record(f"e{n}", START + 2 * n * DAY) for n in range(3)]
    said = play(Tick(at=START + 12 * DAY), change(START + 12 * DAY, nights))
    assert [(s.rule, s.change, s.ended_at) for s in said] == [("R2", "raised", None), ("R2", "ended", START + 11 * DAY)]


def test_a_late_event_takes_the_end_back() -> None:
    nights = [record(f"e{n}", START + 2 * n * DAY) for n in range(3)]
    late = record("late", START + 8 * DAY)
    said = play(change(START + 4 * DAY, nights), Tick(at=START + 11 * DAY), change(START + 11 * DAY, [late]))
    assert [(s.rule, s.change, s.ended_at) for s in said] == [
        ("R2", "raised", None),
        ("R2", "ended", START + 11 * DAY),
        ("R1", "raised", None),
        ("R2", "updated", None),
    ]


def test_two_episodes_that_a_late_event_joins_go_on_as_the_oldest() -> None:
    first = [record(f"a{n}", START + n * DAY) for n in range(3)]
    second = [record(f"b{n}", START + (10 + n) * DAY) for n in range(3)]
    said = play(
        change(START + 2 * DAY, first),
        change(START + 12 * DAY, second),
        change(START + 13 * DAY, [record("c", START + 6 * DAY)]),
    )
    r2 = [(s.change, s.episode, s.events) for s in said if s.rule == "R2"]
    assert r2 == [("raised", 1, 3), ("raised", 3, 6), ("withdrawn", 3, 6), ("updated", 1, 7)]


def test_of_two_episodes_on_the_same_events_the_one_that_is_left_keeps_its_signal() -> None:
    nights = four_nights()
    fifth = record("b", START + 92 * DAY)
    said = play(
        change(START + 60 * DAY, nights),
        change(START + 92 * DAY, [record("c", START + 91 * DAY), fifth]),
        change(START + 93 * DAY, removed=nights[:1]),
    )
    assert [(s.change, s.episode) for s in said if s.rule == "R1"] == [("raised", 1), ("raised", 2), ("withdrawn", 1)]


def test_a_change_in_chunks_is_looked_at_once_after_the_last() -> None:
    at, nights = START + 60 * DAY, four_nights()
    said = play(change(at, nights[:2], more=True), change(at, nights[2:3], more=True), change(at, nights[3:]))
    assert [s.change for s in said] == ["raised"]


def test_the_municipality_of_the_newest_event_decides_threshold_and_state() -> None:
    def nights(place: str, count: int) -> list:
        last = record("z", START + 6 * DAY, AMBULANCE, place)
        return [*(record(f"e{n}", START + n * DAY, AMBULANCE) for n in range(count - 1)), last]

    def r2(place: str, count: int) -> list:
        said = play(change(START + 6 * DAY, nights(place, count)), book=BOOK)
        return [(s.lead, s.mode) for s in said if s.rule == "R2" and s.crossed_at == START + 6 * DAY]

    assert r2("GM0034", 2) == [] and r2("GM0034", 3) == [("GM0034", "actief")]
    assert r2("GM0995", 2) == [("GM0995", "actief")]
    assert r2("GM0303", 3) == [("GM0303", "schaduw")]
    assert r2("GM0171", 3) == []


def test_events_at_the_same_time_lead_by_event_key() -> None:
    at = START + 4 * DAY
    nights = [record("a", START), record("b", START + 2 * DAY), record("y", at), record("z", at, municipality="GM0995")]
    assert play(change(at, nights))[0].lead == "GM0995"


def test_a_corrected_event_updates_the_signal() -> None:
    nights = four_nights()
    corrected = record("a1", nights[1].occurred_at, revision=1)
    said = play(change(START + 60 * DAY, nights), change(START + 61 * DAY, [corrected], [nights[1]]))
    assert [(s.change, [item.revision for item in s.evidence]) for s in said] == [
        ("raised", [0, 0, 0, 0]),
        ("updated", [0, 1, 0, 0]),
    ]


def test_events_that_move_to_another_person_take_their_signal_along() -> None:
    nights, at = four_nights(), START + 60 * DAY
    said = play(change(at, nights), change(at, removed=nights), change(at, nights, person=PERSONS[1]))
    assert [(s.person, s.change) for s in said] == [
        (PERSONS[0], "raised"),
        (PERSONS[0], "withdrawn"),
        (PERSONS[1], "raised"),
    ]


def test_care_is_said_only_as_far_as_events_tell() -> None:
    for fase, days, known in [("start", 30, "yes"), ("start", 46, "unknown"), ("einde", 1, "unknown")]:
        care = record("c", START + (60 - days) * DAY, CARE, fase=fase)
        assert play(change(START + 60 * DAY, [*four_nights(), care]))[0].in_care == known


def test_area_events_and_heartbeats_change_nothing() -> None:
    partition = Partition(0, None, {})
    assert step(partition, AreaEvent(change="added", record=record("a", START), traceable=False), DEMO_BOOK) == []
    assert step(partition, Heartbeat(partner="politie", up_to=START), DEMO_BOOK) == []
    assert not partition.persons
