"""The life of a signal: raised (updated | ended)* withdrawn.

`ended_at` is the time from which nothing new is expected (last + rearm), set once a Tick has reached it; a late event may
take it back by `updated`. `mode` is the rule's state in the lead municipality, as both are now.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from vangnet_contract.messages import Signal

from vangnet_indicators.domain.care import in_care
from vangnet_indicators.domain.episodes import Episode, episodes
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.matching import match
from vangnet_indicators.domain.occurrences import Occurrence, occurrences
from vangnet_indicators.domain.packed import incidents, municipality_code
from vangnet_indicators.domain.person import Person, Standing
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule

replace = msgspec.structs.replace


class Occasion(NamedTuple):
    """When and by which rules a step happens: `at` of its message, the greatest Tick so far (that message included)."""

    at: datetime
    tick: datetime | None
    book: Rulebook

    def reached(self, due: datetime | None) -> bool:
        """Whether the clock of the stream has come to it."""
        return due is not None and self.tick is not None and due <= self.tick


def reconsider(person: Person, now: Occasion) -> list[Signal]:
    """After a change of the person's events: every signal as it should be now. What was wrong is taken back first."""
    happened = occurrences(incidents(person.history.packed), now.book.gap)
    withdrawn: list[Signal] = []
    others: list[Signal] = []
    for rule in now.book.rules:
        lost, said = _reconsider_rule(person, happened, rule, now)
        withdrawn += lost
        others += said
    person.standing.sort(key=lambda one: one.signal.episode)
    return withdrawn + others


def end_due(person: Person, now: Occasion) -> list[Signal]:
    """At a Tick: the signals whose episode is over."""
    ended: list[Signal] = []
    for place, standing in enumerate(person.standing):
        if now.reached(standing.due):
            person.standing[place] = _ended(standing, now)
            ended.append(person.standing[place].signal)
    return ended


def _reconsider_rule(
    person: Person, happened: Sequence[Occurrence], rule: RunningRule, now: Occasion
) -> tuple[list[Signal], list[Signal]]:
    """(what is withdrawn, what else is said)."""
    found = episodes(person.history, happened, rule)
    mine = [standing for standing in person.standing if standing.signal.rule == rule.id]
    if not found and not mine:
        return [], []
    held, lost = match(mine, found)
    person.standing = [standing for standing in person.standing if standing.signal.rule != rule.id]
    said: list[Signal] = []
    for episode, standing in zip(found, held, strict=True):
        said += _follow(person, episode, standing, rule, now)
    return [_withdrawn(standing.signal, now) for standing in lost], said


def _follow(
    person: Person, episode: Episode, standing: Standing | None, rule: RunningRule, now: Occasion
) -> list[Signal]:
    """The signal of one episode: raised, updated, ended, or nothing to say."""
    after = _updated(person, standing, episode, rule, now) if standing else _raised(person, episode, rule, now)
    if after is None:
        return []
    said = [] if standing and after.signal is standing.signal else [after.signal]
    if now.reached(after.due):
        after = _ended(after, now)
        said.append(after.signal)
    person.standing.append(after)
    return said


def _raised(person: Person, episode: Episode, rule: RunningRule, now: Occasion) -> Standing | None:
    """A signal for an episode that has none; None for one that is history."""
    if micros(now.at) - micros(episode.last) > now.book.horizon:
        return None
    person.raised += 1
    signal = Signal(
        id=signal_id(person.id, rule.id, person.raised, episode.crossed_at, now.at),
        change="raised",
        at=now.at,
        rule=rule.id,
        policy_version=now.book.version,
        person=person.id,
        episode=person.raised,
        raised_at=now.at,
        **_content(person, episode, rule, now.book),
    )
    return Standing(signal, episode.ends_at)


def _updated(person: Person, standing: Standing, episode: Episode, rule: RunningRule, now: Occasion) -> Standing:
    """The signal with the episode's present content; the same signal when only `in_care` or nothing differs."""
    before = standing.signal
    over = before.ended_at is not None and now.reached(episode.ends_at)
    ended_at = episode.ends_at if over else None
    after = replace(before, ended_at=ended_at, **_content(person, episode, rule, now.book))
    if replace(after, in_care=before.in_care) == before:
        return Standing(before, episode.ends_at)
    return Standing(replace(after, change="updated", at=now.at, policy_version=now.book.version), episode.ends_at)


def _content(person: Person, episode: Episode, rule: RunningRule, book: Rulebook) -> dict[str, Any]:
    """What a signal says about its episode."""
    return {
        "crossed_at": episode.crossed_at,
        "occurrences": episode.occurrences,
        "events": episode.events,
        "municipalities": episode.municipalities,
        "lead": municipality_code(episode.lead),
        "in_care": in_care(person.history.care_records(), episode.last, book.care_days),
        "evidence": episode.evidence,
        "mode": rule.setting(episode.lead).state,
    }


def _ended(standing: Standing, now: Occasion) -> Standing:
    ended = replace(
        standing.signal, change="ended", at=now.at, ended_at=standing.ends_at, policy_version=now.book.version
    )
    return Standing(ended, standing.ends_at)


def _withdrawn(signal: Signal, now: Occasion) -> Signal:
    return replace(signal, change="withdrawn", at=now.at, policy_version=now.book.version)


def signal_id(person: str, rule: str, number: int, crossed_at: datetime, raised_at: datetime) -> str:
    """32 hexadecimal digits, the same whenever this step is done again.

    The times keep it unique when all of a person's events had gone (nothing is kept of him then) and some came back.
    """
    named = f"{person}|{rule}|{number}|{micros(crossed_at)}|{micros(raised_at)}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]
