"""What is kept beside a person's stored events must be what follows from them. Each difference has a kind.

Only what follows for certain is compared, so a difference is never a false alarm: rules are not looked at in the middle of
a change in chunks, nor absences that the next Tick will judge.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from vangnet_contract.messages import Signal
from vangnet_contract.policy.rules import MissingAfter

from vangnet_indicators.domain.conditions.absence import missing, up_to
from vangnet_indicators.domain.episodes import Episode, Known, episodes
from vangnet_indicators.domain.instants import DAY, micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.matching import match
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.person import Person, Standing
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule, frontier

Kind = Literal[
    "unreadable",
    "packed",
    "next-due",
    "waits",
    "awaiting",
    "signal-lost",
    "signal-missing",
    "signal-content",
    "signal-end",
    "area-cells",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""unreadable: bytes that are not what they should be. packed: records that are counted ≠ stored events, or their order.
next-due, waits: when something happens by itself. awaiting: rows ≠ `waits`. signal-lost: its episode is no more.
signal-missing: an episode should have been signalled. signal-content, signal-end: it says something else than its episode.
area-cells: cells of a partition that differ, each counted."""

TICK_SLACK = DAY
"""What made the person as it is may have come this much later than the greatest Tick or the newest event that it has
(wall mode: 5 s). An episode that was older than the horizon by then is history, so near the horizon nothing is said."""


class Kept(NamedTuple):
    """A person as stored: the row, the rows of `awaiting`, and how often its partition has changed its policy."""

    person: Person
    next_due: datetime | None
    awaiting: Mapping[str, int]
    activations: int = 0

    @property
    def settled(self) -> bool:
        """Whether the rules have been looked at since the last change, of events and of policy."""
        return self.person.changed_from is None and self.person.activation == self.activations

    def comparable(self, signal: Signal, book: Rulebook) -> bool:
        """Old signals stay as an earlier policy made them."""
        return not self.activations or signal.policy_version == book.version


def check_person(kept: Kept, known: Known, book: Rulebook) -> list[Kind]:
    """The kinds of what differs, one for each difference; empty when all is well."""
    return list(_differences(kept, known, book))


def unsaid(kept: Kept, known: Known, book: Rulebook) -> bool:
    """Whether an episode has no signal, or a signal no episode: only a message mends that."""
    kinds = _by_rules(kept, Life(kept.person.history, book), known) if kept.settled else ()
    return not {"signal-missing", "signal-lost"}.isdisjoint(kinds)


def expected_waits(life: Life, known: Known) -> dict[str, int]:
    """For each set of partners the earliest time (µs) up to which they have yet to deliver."""
    found: dict[str, int] = {}
    for rule in life.book.rules:
        if isinstance(rule.condition, MissingAfter):
            for one in missing(life, rule, rule.condition):
                if one.senders and not one.judged(known.delivered, known.tick):
                    name = frontier(one.senders)
                    found[name] = min(one.due, found.get(name, one.due))
    return found


def pending(person: Person, known: Known, book: Rulebook) -> set[str]:
    """The sets of partners that have delivered what the person waited for: the next Tick judges it."""
    reached = {name: min(known.tick, up_to(senders, known.delivered)) for name, senders in book.frontiers.items()}
    return {name for name, due in person.waits.items() if due <= reached.get(name, 0)}


def says_otherwise(signal: Signal, episode: Episode, rule: RunningRule) -> bool:
    """Whether the signal says something else than its episode. Care is left out: it is said as it was known then."""
    return (
        signal.crossed_at,
        signal.occurrences,
        signal.events,
        signal.municipalities,
        signal.lead,
        signal.evidence,
        signal.mode,
        signal.anchor,
    ) != (
        episode.crossed_at,
        episode.occurrences,
        episode.events,
        episode.municipalities,
        municipality_code(episode.lead),
        episode.evidence,
        rule.setting(episode.lead).state,
        episode.anchor,
    )


def _differences(kept: Kept, known: Known, book: Rulebook) -> Iterator[Kind]:
    person = kept.person
    history = person.history.anew()
    if history != person.history:
        yield "packed"
    if kept.next_due != person.due:
        yield "next-due"
    if kept.awaiting != person.waits:
        yield "awaiting"
    if kept.settled:
        yield from _by_rules(kept, Life(history, book), known)


def _by_rules(kept: Kept, life: Life, known: Known) -> Iterator[Kind]:
    person = kept.person
    waiting = pending(person, known, life.book)
    if _without(expected_waits(life, known), waiting) != _without(person.waits, waiting):
        yield "waits"
    for rule in life.book.rules:
        if not (waiting and isinstance(rule.condition, MissingAfter)):
            yield from _signals(kept, life, rule, known)


def _signals(kept: Kept, life: Life, rule: RunningRule, known: Known) -> Iterator[Kind]:
    standing = {one.number: one for one in kept.person.standing if one.rule == rule.id}
    found = episodes(life, rule, known)
    held, lost = match(standing.values(), found)
    for gone in lost:
        if kept.comparable(gone, life.book):
            yield "signal-lost"
    for episode, signal in zip(found, held, strict=True):
        if signal is None:
            if max(known.tick, _newest(kept.person, life)) - micros(episode.last) <= rule.horizon - TICK_SLACK:
                yield "signal-missing"
        elif kept.comparable(signal, life.book):
            if says_otherwise(signal, episode, rule):
                yield "signal-content"
            if _ends_otherwise(standing[signal.episode], signal, episode, known):
                yield "signal-end"


def _newest(person: Person, life: Life) -> int:
    """When the newest of what is known of the person came (µs)."""
    received = [micros(life.record(position).received_at) for position in range(len(life.history))]
    return max([*received, *(micros(one.signal.at) for one in person.standing)], default=0)


def _ends_otherwise(standing: Standing, signal: Signal, episode: Episode, known: Known) -> bool:
    over = micros(episode.ends_at) <= known.tick
    told = signal.ended_at is not None
    return standing.ends_at != episode.ends_at or standing.ended != told or (told and not over)


def _without(waits: Mapping[str, int], names: set[str]) -> dict[str, int]:
    return {name: due for name, due in waits.items() if name not in names}
