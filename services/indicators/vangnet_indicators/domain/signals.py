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
    person.standing.sort(key=lambda one: one.number)
    person.changed_from = None
    return withdrawn + others


def end_due(person: Person, now: Occasion) -> list[Signal]:
    """At a Tick: the signals whose episode is over."""
    said: list[Signal] = []
    for place, standing in enumerate(person.standing):
        if now.reached(standing.due):
            said.append(_ended(standing.signal, standing.ends_at, now))
            person.standing[place] = Standing.of(said[-1], standing.ends_at)
    return said


def _reconsider_rule(
    person: Person, happened: Sequence[Occurrence], rule: RunningRule, now: Occasion
) -> tuple[list[Signal], list[Signal]]:
    """(what is withdrawn, what else is said).

    Episodes that were over before the earliest change stay as they are, and are too old to be raised: they are looked at
    only when a signal has lost its episode and may belong to one of them.
    """
    for since in (_oldest_affected(person, now), 0):
        mine = [one for one in person.standing if one.rule == rule.id and micros(one.ends_at) >= since]
        if not mine and len(happened) < rule.least:
            return [], []
        found = episodes(person.history, happened, rule, since)
        held, lost = match([one.signal for one in mine], found)
        if not lost:
            break
    looked_at = {one.number for one in mine}
    person.standing = [one for one in person.standing if one.number not in looked_at]
    said: list[Signal] = []
    for episode, before in zip(found, held, strict=True):
        said += _follow(person, episode, before, rule, now)
    return [_withdrawn(signal, now) for signal in lost], said


def _oldest_affected(person: Person, now: Occasion) -> int:
    """Time (µs): an episode that was over before it is as it was, and makes no signal."""
    horizon = micros(now.at) - now.book.horizon
    return horizon if person.changed_from is None else min(person.changed_from, horizon)


def _follow(person: Person, episode: Episode, before: Signal | None, rule: RunningRule, now: Occasion) -> list[Signal]:
    """What is said about one episode: raised, updated, ended, or nothing."""
    after = _updated(person, before, episode, rule, now) if before else _raised(person, episode, rule, now)
    if after is None:
        return []
    said = [] if after is before else [after]
    if after.ended_at is None and now.reached(episode.ends_at):
        after = _ended(after, episode.ends_at, now)
        said.append(after)
    person.standing.append(Standing.of(after, episode.ends_at))
    return said


def _raised(person: Person, episode: Episode, rule: RunningRule, now: Occasion) -> Signal | None:
    """A signal for an episode that has none; None for one that is history."""
    if micros(now.at) - micros(episode.last) > now.book.horizon:
        return None
    person.raised += 1
    return Signal(
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


def _updated(person: Person, before: Signal, episode: Episode, rule: RunningRule, now: Occasion) -> Signal:
    """The signal with the episode's present content; the same signal when only `in_care` or nothing differs."""
    over = before.ended_at is not None and now.reached(episode.ends_at)
    ended_at = episode.ends_at if over else None
    after = replace(before, ended_at=ended_at, **_content(person, episode, rule, now.book))
    if replace(after, in_care=before.in_care) == before:
        return before
    return replace(after, change="updated", at=now.at, policy_version=now.book.version)


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


def _ended(signal: Signal, ends_at: datetime, now: Occasion) -> Signal:
    return replace(signal, change="ended", at=now.at, ended_at=ends_at, policy_version=now.book.version)


def _withdrawn(signal: Signal, now: Occasion) -> Signal:
    return replace(signal, change="withdrawn", at=now.at, policy_version=now.book.version)


def signal_id(person: str, rule: str, number: int, crossed_at: datetime, raised_at: datetime) -> str:
    """32 hexadecimal digits, the same whenever this step is done again.

    The times keep it unique when all of a person's events had gone (nothing is kept of him then) and some came back.
    """
    named = f"{person}|{rule}|{number}|{micros(crossed_at)}|{micros(raised_at)}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]
