"""Why in one sentence, dates in Dutch, the timeline; nothing leaks through order or dates of occurrences."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract.dutch import ago, day, listed, moment, short_days
from vangnet_contract.messages import Evidence, InCare
from vangnet_contract.policy import Rule
from vangnet_contract.rule_words import in_words, occurrence_in_words
from vangnet_notifier.domain import story
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.lifecycle import opened
from vangnet_notifier.domain.release import Role, View, released
from vangnet_notifier.domain.timeline import LEFT, RIGHT, timeline
from vangnet_notifier.domain.words import State

from tests.unit.notifier.signals import CRISIS, POLICY, T0, alert, evidence, signal

R1, R2 = POLICY.rules[:2]
VIEW = View(Role.COORDINATOR)


def why(told: Alert, rule: Rule | None) -> str:
    return story.why(told, rule, VIEW)


def events(told: Alert) -> story.Events:
    return story.events(told, VIEW)


def of(*items: Evidence, in_care: InCare = "unknown") -> Alert:
    return opened("a1", signal(items=items, in_care=in_care), 1, 0)


def test_why_in_one_sentence() -> None:
    items = [evidence(0), *(evidence(n, occurrence=22) for n in (22, 23)), evidence(40), evidence(60)]
    assert why(of(*items), R1) == (
        "4 voorvallen (5 meldingen) in 90 dagen: 12 jan, 3 feb, 21 feb, 13 mrt; drempel 4; in zorg: onbekend."
    )
    assert why(of(evidence(0), in_care="no"), None) == "1 voorval (1 melding): 12 jan; in zorg: nee."
    assert why(alert(State.WITHDRAWN, episodes=()), R1).startswith("De meldingen achter deze attendering")


def test_many_dates_are_cut_and_two_years_are_named() -> None:
    many = [evidence(n * 3) for n in range(10)]
    assert why(of(*many), R1).startswith("10 voorvallen (10 meldingen) in 90 dagen: …, 18 jan, ")
    assert short_days([date(2026, 1, 3), date(2025, 12, 28)]) == "28 dec 2025, 3 jan 2026"


def test_only_occurrences_that_still_count_are_dated() -> None:
    episode = of(*(evidence(n * 30) for n in range(5))).episodes[0]
    late = alert(episodes=(msgspec.structs.replace(episode, occurrences=2, events=2),))
    assert why(late, R1).startswith("2 voorvallen (2 meldingen) in 90 dagen: 12 apr, 12 mei;")


def test_the_day_of_an_occurrence_is_that_of_its_first_event_that_may_be_dated() -> None:
    items = [evidence(1, release="soort", occurrence=1), evidence(2, occurrence=1), evidence(9, release="niets")]
    assert ": 14 jan;" in why(of(*items), R1)


def test_events_without_a_day_stand_last_whatever_their_time() -> None:
    shown = events(of(evidence(1, release="soort"), evidence(2), evidence(3, release="niets"), evidence(4)))
    assert [item.day for item in shown.shown] == [date(2026, 1, 14), date(2026, 1, 16), None]
    assert shown.hidden == 1


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([None, "datum", "soort", "aanwezigheid", "niets"]))))
def test_moving_an_event_without_a_day_changes_nothing_that_is_shown(plan: list[tuple[int, str | None]]) -> None:
    def shown(shift: int) -> tuple[object, ...]:
        made = [
            evidence(n, at=T0 + timedelta(days=d + (shift if level not in (None, "datum") else 0)), release=level)
            for n, (d, level) in enumerate(plan)
        ]
        told = of(*made)
        return events(told), why(told, R1), timeline(events(told).shown)

    assert shown(0) == shown(-500)


def test_the_rule_in_words() -> None:
    assert in_words(R1, "GM0034") == (
        "Een attendering ontstaat als iemand in 90 dagen 4 voorvallen of meer heeft, "
        "elk met ten minste één melding uit de groep politie."
    )
    assert "in 14 dagen 3 voorvallen of meer heeft." in in_words(R2, None)
    assert "6 uur" in occurrence_in_words(POLICY.region.occurrence)


def test_dutch_time() -> None:
    summer = datetime(2026, 7, 1, 22, 5, tzinfo=UTC)
    assert moment(summer) == "donderdag 2 juli 2026, 00.05 uur" and day(date(2026, 3, 1)) == "1 maart 2026"
    now = datetime(2026, 7, 1, tzinfo=UTC)
    for passed, text in [(0, "zojuist"), (90, "1 minuut geleden"), (7_300, "2 uur geleden"), (90_000, "1 dag geleden")]:
        assert ago(now - timedelta(seconds=passed), now) == text
    assert listed([]) == "" and listed(["a"]) == "a" and listed(["a", "b", "c"]) == "a, b en c"


def test_the_timeline_has_a_lane_for_each_group_and_stays_inside() -> None:
    items = [evidence(0), evidence(1), evidence(1, occurrence=9), evidence(40, group="zorg", event_type=CRISIS)]
    drawn = timeline([released(item, VIEW) for item in items])
    assert drawn is not None
    assert [row.name for row in drawn.rows] == ["Politie", "Zorg"]
    assert [dot.number for dot in drawn.rows[0].dots] == [1, 2]
    assert all(LEFT <= dot.x <= RIGHT for row in drawn.rows for dot in row.dots)
    assert drawn.description == "Van 12 januari 2026 tot en met 21 februari 2026: politie 3, zorg 1 keer."
    assert timeline([released(evidence(1, release="soort"), VIEW)]) is None


def test_one_day_stands_in_the_middle() -> None:
    drawn = timeline([released(evidence(1), VIEW)])
    assert drawn is not None and drawn.rows[0].dots[0].x == 50 and len(drawn.marks) == 1
