"""State anew from a person's stored events, and what is to be added to area cells that are wrong."""

from collections.abc import Mapping

import msgspec
from vangnet_contract.messages import PersonChanged, Signal
from vangnet_contract.policy.rules import MissingAfter

from vangnet_indicators.domain.area.cells import AreaCells
from vangnet_indicators.domain.area.counting import AreaCounts, Seen
from vangnet_indicators.domain.episodes import Episode, Known, episodes
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import EPOCH, micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.matching import match
from vangnet_indicators.domain.opening import opened
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.person import LOOK_AGAIN, Person, Standing
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule
from vangnet_indicators.domain.verify import Kept, expected_waits, pending, says_otherwise, unsaid

_replace = msgspec.structs.replace
Days = Mapping[int, int]
SeriesCells = dict[str, dict[int, int]]
"""By series name ("area/component/window/part"): day number → how much higher than the day before."""


def mended(kept: Kept, known: Known, book: Rulebook) -> Person:
    """The person with everything that follows from the stored events anew.

    Signals keep their ids and say what their episodes are. One that has lost its episode, and one that should have been raised,
    are messages: the person is marked, and the running service says them at the next Tick, as it says everything.
    """
    person = kept.person
    after = _replace(person, history=person.history.anew(), standing=list(person.standing))
    if not kept.settled:  # the rules are looked at after the last chunk, or when their turn comes
        return after
    life, waiting = Life(after.history, book), pending(person, known, book)
    for rule in book.rules:
        if not (waiting and isinstance(rule.condition, MissingAfter)):
            _mend_signals(kept, after, life, rule, known=known)
    after.standing.sort(key=lambda one: one.number)
    # What is about to be judged stays due: forgotten here, it would not be.
    after.waits = expected_waits(life, known) | {name: person.waits[name] for name in waiting}
    if unsaid(kept._replace(person=after), known, book):
        after.activation = LOOK_AGAIN
    return after


def person_cells(history: History, person_id: str, book: Rulebook, cells: AreaCells) -> None:
    """Adds what a person's events make of the areas."""
    records = [history.record(position) for position in range(len(history))]
    everything = PersonChanged(person=person_id, at=EPOCH, cause=None, removed=[], added=records)
    nobody, somebody = Seen(b"", None), Seen(history.packed, opened(history))
    AreaCounts(cells=cells).count_person(nobody, somebody, everything, book)


def lacking(expected: Mapping[str, Days], kept: Mapping[str, Days]) -> SeriesCells:
    """What is to be added to the cells that are kept; empty when they are right."""
    found: SeriesCells = {}
    for name in sorted(expected.keys() | kept.keys()):
        wanted, there = expected.get(name, {}), kept.get(name, {})
        days = {day: wanted.get(day, 0) - there.get(day, 0) for day in sorted(wanted.keys() | there.keys())}
        if differing := {day: count for day, count in days.items() if count}:
            found[name] = differing
    return found


def _mend_signals(kept: Kept, person: Person, life: Life, rule: RunningRule, *, known: Known) -> None:
    mine = {one.number: one for one in person.standing if one.rule == rule.id}
    found = episodes(life, rule, known)
    for episode, signal in zip(found, match(mine.values(), found).held, strict=True):
        if signal is not None and kept.comparable(signal, life.book):
            mine[signal.episode] = _standing(signal, episode, rule, known)
    person.standing = [one for one in person.standing if one.rule != rule.id] + list(mine.values())


def _standing(signal: Signal, episode: Episode, rule: RunningRule, known: Known) -> Standing:
    over = signal.ended_at is not None and micros(episode.ends_at) <= known.tick
    ended_at = episode.ends_at if over else None
    if says_otherwise(signal, episode, rule) or signal.ended_at != ended_at:
        signal = _saying(signal, episode, rule)
        signal = _replace(signal, ended_at=ended_at)
    return Standing.of(signal, episode.ends_at)


def _saying(signal: Signal, episode: Episode, rule: RunningRule) -> Signal:
    return _replace(
        signal,
        crossed_at=episode.crossed_at,
        occurrences=episode.occurrences,
        events=episode.events,
        municipalities=episode.municipalities,
        lead=municipality_code(episode.lead),
        evidence=episode.evidence,
        mode=rule.setting(episode.lead).state,
        anchor=episode.anchor,
    )
