"""Every episode of a person, signalled or not, as it stands now: for exports, and for comparison with an oracle."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec
from vangnet_contract.messages import EventKey, RuleState, Signal

from vangnet_indicators.domain.episodes import Episode, episodes
from vangnet_indicators.domain.matching import match
from vangnet_indicators.domain.occurrences import occurrences
from vangnet_indicators.domain.packed import incidents, municipality_code
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One episode. `history`: no signal was raised, because it was old when it became known."""

    person: str
    rule: str
    state: Literal["open", "ended", "history"]
    signal: str | None
    crossed_at: datetime
    ended_at: datetime | None
    lead: str | None
    mode: RuleState
    occurrences: int
    events: int
    evidence: list[EventKey]


def register(person: Person, book: Rulebook, tick: datetime | None) -> Iterator[Entry]:
    """The person's episodes by rule, each rule's oldest first."""
    happened = occurrences(incidents(person.history.packed), book.gap)
    for rule in book.rules:
        found = episodes(person.history, happened, rule)
        held = match((one.signal for one in person.standing if one.rule == rule.id), found).held
        for episode, signal in zip(found, held, strict=True):
            yield _entry(person, rule, episode, signal, tick)


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
