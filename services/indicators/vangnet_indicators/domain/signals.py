"""From episodes to signals: raised, updated, ended, withdrawn. A function of a person's events and of the times of messages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec
from vangnet_contract.messages import EventKey, EventRecord, Evidence, Signal
from vangnet_contract.policy import Policy, Rule

from vangnet_indicators.domain.care import in_care
from vangnet_indicators.domain.episodes import Episode, episodes
from vangnet_indicators.domain.occurrences import incidents, occurrences


class Standing(msgspec.Struct, kw_only=True):
    """A signal as it was last told, with the time of its last crossing and every event that its episode rests on."""

    told: Signal
    last: datetime
    keys: list[EventKey]


class Person(msgspec.Struct, kw_only=True):
    """Everything that indicators know of one person. `raised` counts signals ever raised: ids are never used again."""

    person: str
    records: list[EventRecord] = []
    standing: list[Standing] = []
    raised: int = 0


def reconsider(person: Person, at: datetime, policy: Policy) -> list[Signal]:
    """What is to be told after the person's events changed. `at` = when the cause was received."""
    found = occurrences(incidents(person.records), policy.region.occurrence)
    return [
        signal for rule in policy.rules for signal in _reconsider_rule(person, rule, episodes(found, rule), at, policy)
    ]


def let_time_pass(person: Person, tick: datetime, policy: Policy) -> list[Signal]:
    """Signals whose last crossing is `rearm_days` ago have ended."""
    ended = []
    for standing in person.standing:
        end = ends_at(standing, policy)
        if end is not None and end <= tick:
            standing.told = msgspec.structs.replace(standing.told, change="ended", at=tick, ended_at=end)
            ended.append(standing.told)
    return ended


def ends_at(standing: Standing, policy: Policy) -> datetime | None:
    """When an open signal ends by itself; None when it has ended or its rule is gone."""
    rule = next((rule for rule in policy.rules if rule.id == standing.told.rule), None)
    return standing.last + timedelta(days=rule.rearm_days) if rule and standing.told.ended_at is None else None


def next_due(person: Person, policy: Policy) -> datetime | None:
    """The first Tick at which something happens of its own accord."""
    return min((end for standing in person.standing if (end := ends_at(standing, policy)) is not None), default=None)


def _reconsider_rule(
    person: Person, rule: Rule, found: list[Episode], at: datetime, policy: Policy
) -> Iterable[Signal]:
    standing = [standing for standing in person.standing if standing.told.rule == rule.id]
    matched = _match(standing, found)
    for old in standing:
        episode = matched.get(old.told.id)
        if episode is None:
            person.standing.remove(old)
            yield msgspec.structs.replace(old.told, change="withdrawn", at=at)
        elif (updated := _updated(old, episode, person, at, policy)) is not None:
            yield updated
    taken = {id(episode) for episode in matched.values()}
    for episode in found:
        if id(episode) not in taken and (raised := _raised(person, rule, episode, at, policy)) is not None:
            yield raised


def _match(standing: list[Standing], found: list[Episode]) -> dict[str, Episode]:
    """Signal id → episode with evidence in common; the oldest signal chooses first, and the oldest episode is taken."""
    matched: dict[str, Episode] = {}
    free = list(found)
    for old in standing:
        episode = next((episode for episode in free if episode.keys & set(old.keys)), None)
        if episode is not None:
            matched[old.told.id] = episode
            free.remove(episode)
    return matched


def _raised(person: Person, rule: Rule, episode: Episode, at: datetime, policy: Policy) -> Signal | None:
    horizon = timedelta(days=policy.region.signal_horizon_days)
    recent = next((crossing for crossing in episode.crossings if at - crossing.t <= horizon), None)
    if recent is None:
        return None
    person.raised += 1
    signal = Signal(
        id=blake2b(f"{person.person}|{rule.id}|{person.raised}".encode(), digest_size=16).hexdigest(),
        change="raised",
        at=at,
        rule=rule.id,
        policy_version=policy.version,
        person=person.person,
        episode=person.raised,
        crossed_at=recent.t,
        raised_at=at,
        mode=rule.setting(recent.lead).state,
        **_content(person, episode, policy),
    )
    person.standing.append(Standing(told=signal, last=episode.last.t, keys=sorted(episode.keys)))
    return signal


def _updated(old: Standing, episode: Episode, person: Person, at: datetime, policy: Policy) -> Signal | None:
    """None when what was told still holds: neither the evidence nor the last crossing changed."""
    told, content = old.told, _content(person, episode, policy)
    crossed_at = (
        told.crossed_at
        if any(crossing.t == told.crossed_at for crossing in episode.crossings)
        else episode.crossings[0].t
    )
    same = (told.evidence, told.lead, told.crossed_at, old.last) == (
        content["evidence"],
        content["lead"],
        crossed_at,
        episode.last.t,
    )
    old.last, old.keys = episode.last.t, sorted(episode.keys)
    if same:
        return None
    old.told = msgspec.structs.replace(
        told, change="updated", at=at, policy_version=policy.version, crossed_at=crossed_at, ended_at=None, **content
    )
    return old.told


def _content(person: Person, episode: Episode, policy: Policy) -> dict[str, Any]:
    """What a signal says of its episode: as it stands at the last crossing."""
    last = episode.last
    return {
        "occurrences": len(last.occurrences),
        "events": len(last.events),
        "municipalities": sorted({event.municipality for event in last.events if event.municipality}),
        "lead": last.lead,
        "in_care": in_care(person.records, last.t, policy.region.care_days),
        "evidence": _evidence(episode),
    }


def _evidence(episode: Episode) -> list[Evidence]:
    return [
        Evidence(
            event=event.event,
            revision=event.revision,
            type=event.type,
            group=event.group,
            partner=event.partner,
            municipality=event.municipality,
            occurred_at=event.occurred_at,
            received_at=event.received_at,
            occurrence=number,
            release=event.release,
        )
        for number, occurrence in enumerate(episode.last.occurrences, start=1)
        for event in occurrence.events
    ]
