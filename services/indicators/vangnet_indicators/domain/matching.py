"""Which signal is about which episode, after the events have changed."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vangnet_contract.messages import EventKey, Evidence

from vangnet_indicators.domain.episodes import Episode
from vangnet_indicators.domain.person import Standing


class Match(NamedTuple):
    """`held[i]` is the signal of the i-th episode, if it has one; `lost` are those whose episode is no more."""

    held: list[Standing | None]
    lost: list[Standing]


def match(standing: Iterable[Standing], episodes: Sequence[Episode]) -> Match:
    """By shared evidence; when several signals share it, the oldest (by crossing, then by number) keeps its id.

    Windows slide, so two episodes of one rule may rest on the same event. Hence first every signal whose episode still
    begins where it began; then the others, oldest first, each to the episode with which it shares most (of equals: the
    first).
    """
    keys = [_keys(episode.evidence) for episode in episodes]
    held: list[Standing | None] = [None] * len(episodes)
    lost: list[Standing] = []
    for one in _oldest_first(standing):
        place = next((i for i, e in enumerate(episodes) if e.crossed_at == one.signal.crossed_at), None)
        if place is not None and held[place] is None and keys[place] & _keys(one.signal.evidence):
            held[place] = one
        else:
            lost.append(one)
    return _match_rest(held, lost, keys)


def _match_rest(held: list[Standing | None], unmatched: list[Standing], keys: list[set[EventKey]]) -> Match:
    lost: list[Standing] = []
    for one in unmatched:
        mine = _keys(one.signal.evidence)
        shared = [0 if taken else len(mine & theirs) for taken, theirs in zip(held, keys, strict=True)]
        if any(shared):
            held[shared.index(max(shared))] = one
        else:
            lost.append(one)
    return Match(held, lost)


def _oldest_first(standing: Iterable[Standing]) -> list[Standing]:
    return sorted(standing, key=lambda one: (one.signal.crossed_at, one.signal.episode))


def _keys(evidence: Iterable[Evidence]) -> set[EventKey]:
    return {item.event for item in evidence}
