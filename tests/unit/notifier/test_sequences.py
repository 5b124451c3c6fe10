"""Whatever comes in whatever order: one open alert for each person and rule, a way out for each, a complete trail."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import Signal, Tick
from vangnet_notifier.app import Desk, apply, let_time_pass, take_in
from vangnet_notifier.domain.actors import SYSTEM, Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import (
    Acknowledge,
    Begin,
    Close,
    Decision,
    Decline,
    HandOver,
    Mute,
    Release,
    Reopen,
    TakeIn,
)
from vangnet_notifier.domain.lifecycle import step
from vangnet_notifier.domain.words import State

from tests.unit.notifier.signals import ALMERE, OFFICE, REVIEWER, T0, URK, evidence, signal

PEOPLE = ["p1", "p2"]
RULES = ["R1", "R2"]


CHOSEN: dict[type[Decision], dict[str, Any]] = {
    Decline: {"choice": "al-bekend"},
    Close: {"outcome": "contact-gelegd", "novelty": "ja"},
    Mute: {"days": 1},
    HandOver: {"to": "GM0184"},
}


class Decide:
    """Somebody takes a decision about the n-th alert, having seen it as it was `behind` versions ago."""

    def __init__(self, index: int, actor: Actor, make: type[Decision], behind: int) -> None:
        self.index, self.actor, self.make, self.behind = index, actor, make, behind

    def command(self, alert: Alert) -> Decision:
        seen = alert.version - self.behind
        return self.make(seen=seen, **CHOSEN.get(self.make, {}))

    def __repr__(self) -> str:
        return f"{self.make.__name__}({self.index}, {self.actor.user}, behind {self.behind})"


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    person, rule, episode = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(RULES)), draw(st.integers(1, 3))
    change = draw(st.sampled_from(["raised", "updated", "updated", "ended", "withdrawn"]))
    numbers = draw(st.sets(st.integers(0, 9), min_size=1, max_size=5))
    items = tuple(evidence(episode * 40 + n, revision=draw(st.integers(0, 1))) for n in sorted(numbers))
    return signal(
        change,
        signal_id=f"{person}-{rule}-{episode}",
        person=person,
        rule=rule,
        episode=episode,
        items=() if change == "withdrawn" else items,
        mode=draw(st.sampled_from(["actief", "actief", "schaduw"])),
        lead=draw(st.sampled_from(["GM0034", "GM0184", None])),
        at=T0 + timedelta(hours=draw(st.integers(0, 48))),
        ended_at=T0 if change == "ended" else None,
    )


ticks = st.integers(0, 72).map(lambda hours: Tick(at=T0 + timedelta(hours=hours)))
decisions = st.builds(
    Decide,
    st.integers(0, 5),
    st.sampled_from([REVIEWER, ALMERE, URK]),
    st.sampled_from([Release, Release, Decline, Acknowledge, Begin, Mute, HandOver, Close, Reopen]),
    st.sampled_from([0, 0, 0, 1]),
)
happenings = st.lists(st.one_of(signals(), signals(), ticks, decisions), max_size=40)


def run(happened: list[Signal | Tick | Decide]) -> Desk:
    desk = Desk()
    for number, thing in enumerate(happened):
        match thing:
            case Signal():
                take_in(desk, OFFICE, thing)
            case Tick():
                let_time_pass(desk, OFFICE, thing)
            case Decide() if desk.alerts:
                alert = list(desk.alerts.values())[thing.index % len(desk.alerts)]
                apply(desk, OFFICE, alert, thing.command(alert), by=thing.actor, now=T0 + timedelta(minutes=number))
    return desk


def expected_content(happened: list[Signal | Tick | Decide]) -> dict[str, frozenset[str]]:
    """Brute force: signal → the ids of its events, by the last message about it."""
    alive: dict[str, Signal] = {}
    for thing in happened:
        if isinstance(thing, Signal) and (thing.change in ("raised", "updated") or thing.id in alive):
            alive[thing.id] = thing
            if thing.change == "withdrawn":
                del alive[thing.id]
    return {name: frozenset(item.event.id for item in s.evidence) for name, s in alive.items()}


@settings(max_examples=80)
@given(happenings)
def test_one_open_alert_for_each_person_and_rule(happened: list[Signal | Tick | Decide]) -> None:
    for end in range(len(happened) + 1):
        keys = [(alert.person, alert.rule) for alert in run(happened[:end]).alerts.values() if alert.open]
        assert len(keys) == len(set(keys))


@settings(max_examples=80)
@given(happenings)
def test_withdrawn_can_always_be_reached(happened: list[Signal | Tick | Decide]) -> None:
    desk = run(happened)
    for alert in desk.alerts.values():
        current: Alert = alert
        for episode in alert.episodes:
            gone = TakeIn(signal=signal("withdrawn", signal_id=episode.signal, items=()))
            outcome = step(current, gone, SYSTEM, T0)
            assert isinstance(outcome, Alert)
            current = outcome
        assert current.state is State.WITHDRAWN and not current.evidence


@settings(max_examples=80)
@given(happenings)
def test_the_trail_tells_every_step(happened: list[Signal | Tick | Decide]) -> None:
    desk = run(happened)
    for alert in desk.alerts.values():
        lines = [line for line in desk.trail if line.alert == alert.id]
        assert len(lines) == alert.version
        assert lines[0].before is None and lines[-1].after is alert.state
        assert all(a.after == b.before for a, b in pairwise(lines))
        assert sum(line.added - line.removed for line in lines) == len(alert.evidence)
    assert all(isinstance(line.at, datetime) and line.user for line in desk.trail)


@settings(max_examples=80)
@given(happenings)
def test_every_live_signal_is_in_exactly_one_alert_with_its_newest_content(
    happened: list[Signal | Tick | Decide],
) -> None:
    desk = run(happened)
    found: dict[str, frozenset[str]] = {}
    for alert in desk.alerts.values():
        for episode in alert.episodes:
            assert episode.signal not in found
            found[episode.signal] = frozenset(item.event.id for item in episode.evidence)
    assert found == expected_content(happened)


@settings(max_examples=50)
@given(happenings)
def test_nobody_hears_of_a_shadow_and_coordinators_only_of_what_was_released(
    happened: list[Signal | Tick | Decide],
) -> None:
    desk = run(happened)
    for notice in desk.notices:
        states = [line.after for line in desk.trail if line.alert == notice.alert]
        assert set(states) != {State.SHADOW}
        for person in notice.to or ():
            assert State.RELEASED in states or not person.user.startswith("coordinator")
