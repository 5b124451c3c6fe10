"""Which signal is about which episode, after the events have changed."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vangnet_contract.messages import EventKey, Evidence, Signal

from vangnet_indicators.domain.episodes import Episode


class Match(NamedTuple):
    """`held[i]` is the signal of the i-th episode, if it has one; `lost` are those whose episode is no more."""

    held: list[Signal | None]
    lost: list[Signal]


def match(signals: Iterable[Signal], episodes: Sequence[Episode]) -> Match:
    """By shared evidence; when several signals share it, the oldest (by crossing, then by number) keeps its id.

    Windows slide, so two episodes of one rule may rest on the same event. Hence first every signal whose episode still
    begins where it began; then the others, oldest first, each to the episode with which it shares most (of equals: the
    first).
    """
    keys = [_keys(episode.evidence) for episode in episodes]
    held: list[Signal | None] = [None] * len(episodes)
    lost: list[Signal] = []
    for one in _oldest_first(signals):
        place = next((i for i, e in enumerate(episodes) if e.crossed_at == one.crossed_at), None)
        if place is not None and held[place] is None and keys[place] & _keys(one.evidence):
            held[place] = one
        else:
            lost.append(one)
    return _match_rest(held, lost, keys)


def _match_rest(held: list[Signal | None], unmatched: list[Signal], keys: list[set[EventKey]]) -> Match:
    lost: list[Signal] = []
    for one in unmatched:
        mine = _keys(one.evidence)
        shared = [0 if taken else len(mine & theirs) for taken, theirs in zip(held, keys, strict=True)]
        if any(shared):
            held[shared.index(max(shared))] = one
        else:
            lost.append(one)
    return Match(held, lost)


def _oldest_first(signals: Iterable[Signal]) -> list[Signal]:
    return sorted(signals, key=lambda one: (one.crossed_at, one.episode))


def _keys(evidence: Iterable[Evidence]) -> set[EventKey]:
    return {item.event for item in evidence}
