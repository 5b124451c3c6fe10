"""Every episode of a person, signalled or not, as it stands now: for exports, and for comparison with an oracle."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec
from vangnet_contract.messages import EventKey, RuleState, Signal
from vangnet_contract.policy.rules import MissingAfter

from vangnet_indicators.domain.conditions.absence import Missing, missing
from vangnet_indicators.domain.episodes import Episode, Known, episodes, evidence
from vangnet_indicators.domain.instants import instant, micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.matching import match
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One episode. `history`: no signal was raised, because it was old when it became known.

    `unjudged`: something seems to be missing (due at `crossed_at`), but `silent` did not deliver; without `silent` nobody
    can ever tell for that place.
    """

    person: str
    rule: str
    state: Literal["open", "ended", "history", "unjudged"]
    signal: str | None
    crossed_at: datetime
    ended_at: datetime | None
    lead: str | None
    mode: RuleState
    occurrences: int
    events: int
    evidence: list[EventKey]
    silent: list[str] = []


def register(
    person: Person, book: Rulebook, tick: datetime | None, delivered: Mapping[str, int] | None = None
) -> Iterator[Entry]:
    """The person's episodes by rule, each rule's oldest first; then what is due and cannot be judged."""
    life, known = Life(person.history, book), Known(micros(tick) if tick else 0, delivered or {})
    for rule in book.rules:
        found = episodes(life, rule, known)
        held = match([one for one in person.standing if one.rule == rule.id], found).held
        for episode, signal in zip(found, held, strict=True):
            yield _entry(person, rule, episode, signal, tick)
        if isinstance(rule.condition, MissingAfter):
            for one in missing(life, rule, rule.condition):
                if one.due <= known.tick and not one.judged(known.delivered, known.tick):
                    yield _unjudged(person, life, rule, one, known)


def _unjudged(person: Person, life: Life, rule: RunningRule, one: Missing, known: Known) -> Entry:
    return Entry(
        person=person.id,
        rule=rule.id,
        state="unjudged",
        signal=None,
        crossed_at=instant(one.due),
        ended_at=None,
        lead=municipality_code(one.rest.lead),
        mode=rule.setting(one.rest.lead).state,
        occurrences=len(one.rest.occurrences),
        events=sum(map(len, one.rest.occurrences)),
        evidence=[item.event for item in evidence(life, one.rest)],
        silent=one.silent(known.delivered),
    )


def _entry(person: Person, rule: RunningRule, episode: Episode, signal: Signal | None, tick: datetime | None) -> Entry:
    ended = tick is not None and episode.ends_at <= tick
    return Entry(
        person=person.id,
        rule=rule.id,
        state="history" if signal is None else "ended" if ended else "open",
        signal=signal.id if signal else None,
        crossed_at=episode.crossed_at,
        ended_at=episode.ends_at if ended else None,
        lead=municipality_code(episode.lead),
        mode=rule.setting(episode.lead).state,
        occurrences=episode.occurrences,
        events=episode.events,
        evidence=[item.event for item in episode.evidence],
    )
