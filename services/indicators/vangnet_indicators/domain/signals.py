"""The life of a signal: raised (updated | ended)* withdrawn.

`ended_at` is the time from which nothing new is expected (last + rearm), set once a Tick has reached it; a late event may
take it back by `updated`. `mode` is the rule's state in the lead municipality, as both are now.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from vangnet_contract.messages import Signal
from vangnet_contract.policy.rules import MissingAfter

from vangnet_indicators.domain.care_class import care_class
from vangnet_indicators.domain.conditions.absence import missing
from vangnet_indicators.domain.episodes import Episode, Known, episodes
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.matching import match
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.person import Person, Standing
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule, frontier

replace = msgspec.structs.replace


class Occasion(NamedTuple):
    """When and by which rules a step happens: `at` of its message, the greatest Tick so far (that message included).

    `delivered`: up to when each partner has delivered (µs), by its heartbeats. `reviewing`: nothing happened to the person,
    the policy changed.
    """

    at: datetime
    tick: datetime | None
    book: Rulebook
    delivered: Mapping[str, int] = {}
    reviewing: bool = False

    def reached(self, due: datetime | None) -> bool:
        """Whether the clock of the stream has come to it."""
        return due is not None and self.tick is not None and due <= self.tick

    @property
    def known(self) -> Known:
        """What is known beside a person's events."""
        return Known(micros(self.tick) if self.tick else 0, self.delivered)


def reconsider(person: Person, now: Occasion) -> list[Signal]:
    """After a change of the person's events: every signal as it should be now. What was wrong is taken back first."""
    said = _reconsider(person, now.book.rules, now)
    person.changed_from = None
    return said


def review(person: Person, now: Occasion) -> list[Signal]:
    """After a change of the policy: every signal as the rules are now. What they bring was so already: the start list."""
    running = {rule.id for rule in now.book.rules}
    abandoned = [one for one in person.standing if one.rule not in running and not one.ended]
    person.standing = [one for one in person.standing if one not in abandoned]
    withdrawn = [_withdrawn(one.signal, now) for one in abandoned]
    return withdrawn + _reconsider(person, now.book.rules, now._replace(reviewing=True))


def judge_absences(person: Person, now: Occasion) -> list[Signal]:
    """When what was awaited is due, and everyone has delivered: what is missing."""
    return _reconsider(person, [rule for rule in now.book.rules if isinstance(rule.condition, MissingAfter)], now)


def _reconsider(person: Person, rules: Iterable[RunningRule], now: Occasion) -> list[Signal]:
    life = Life(person.history, now.book)
    withdrawn: list[Signal] = []
    others: list[Signal] = []
    for rule in rules:
        lost, said = _reconsider_rule(person, life, rule, now)
        withdrawn += lost
        others += said
    person.standing.sort(key=lambda one: one.number)
    person.waits = _waits(life, now)
    return withdrawn + others


def _waits(life: Life, now: Occasion) -> dict[str, int]:
    """For each set of partners the earliest time up to which they have yet to deliver."""
    found: dict[str, int] = {}
    for rule in now.book.rules:
        if isinstance(rule.condition, MissingAfter):
            for one in missing(life, rule, rule.condition):
                if one.senders is not None and not one.judged(now.delivered, now.known.tick):
                    name = frontier(one.senders)
                    found[name] = min(one.due, found.get(name, one.due))
    return found


def end_due(person: Person, now: Occasion) -> list[Signal]:
    """At a Tick: the signals whose episode is over."""
    said: list[Signal] = []
    for place, standing in enumerate(person.standing):
        if now.reached(standing.due):
            said.append(_ended(standing.signal, standing.ends_at, now))
            person.standing[place] = Standing.of(said[-1], standing.ends_at)
    return said


def _reconsider_rule(person: Person, life: Life, rule: RunningRule, now: Occasion) -> tuple[list[Signal], list[Signal]]:
    """(what is withdrawn, what else is said).

    Episodes that were over before the earliest change stay as they are, and are too old to be raised: they are looked at
    only when a signal has lost its episode and may belong to one of them.
    """
    for since in (_oldest_affected(person, rule, now), 0):
        mine = [one for one in person.standing if one.rule == rule.id and micros(one.ends_at) >= since]
        if not mine and len(life.occurrences) < rule.least:
            return [], []
        found = episodes(life, rule, now.known, since)
        held, lost = match(mine, found, anywhere=since == 0)
        if not lost:
            break
    looked_at = {one.number for one in mine}
    person.standing = [one for one in person.standing if one.number not in looked_at]
    said: list[Signal] = []
    for episode, before in zip(found, held, strict=True):
        said += _follow(person, life, episode, before, rule=rule, now=now)
    return [_withdrawn(signal, now) for signal in lost], said


def _oldest_affected(person: Person, rule: RunningRule, now: Occasion) -> int:
    """Time (µs): an episode that was over before it is as it was, and makes no signal. Episodes of anchors overlap: 0, all."""
    if rule.anchored:
        return 0
    horizon = micros(now.at) - rule.horizon
    return horizon if person.changed_from is None else min(person.changed_from, horizon)


def _follow(
    person: Person, life: Life, episode: Episode, before: Signal | None, *, rule: RunningRule, now: Occasion
) -> list[Signal]:
    """What is said about one episode: raised, updated, ended, or nothing."""
    after = _updated(life, before, episode, rule, now) if before else _raised(person, life, episode, rule, now)
    if after is None:
        return []
    said = [] if after is before else [after]
    if after.ended_at is None and now.reached(episode.ends_at):
        after = _ended(after, episode.ends_at, now)
        said.append(after)
    person.standing.append(Standing.of(after, episode.ends_at))
    return said


def _raised(person: Person, life: Life, episode: Episode, rule: RunningRule, now: Occasion) -> Signal | None:
    """A signal for an episode that has none; None for one that is history."""
    if micros(now.at) - micros(episode.last) > rule.horizon:
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
        start_list=now.reviewing,
        **_content(life, episode, rule, now),
    )


def _updated(life: Life, before: Signal, episode: Episode, rule: RunningRule, now: Occasion) -> Signal:
    """The signal with the episode's present content; the same signal when only `in_care` or nothing differs."""
    over = before.ended_at is not None and now.reached(episode.ends_at)
    ended_at = episode.ends_at if over else None
    after = replace(before, ended_at=ended_at, start_list=now.reviewing, **_content(life, episode, rule, now))
    if replace(after, in_care=before.in_care, start_list=before.start_list) == before:
        return before
    return replace(after, change="updated", at=now.at, policy_version=now.book.version)


def _content(life: Life, episode: Episode, rule: RunningRule, now: Occasion) -> dict[str, Any]:
    """What a signal says about its episode."""
    return {
        "crossed_at": episode.crossed_at,
        "occurrences": episode.occurrences,
        "events": episode.events,
        "municipalities": episode.municipalities,
        "lead": municipality_code(episode.lead),
        "in_care": care_class(life, micros(episode.last), episode.lead, now.delivered),
        "evidence": episode.evidence,
        "mode": rule.setting(episode.lead).state,
        "anchor": episode.anchor,
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
