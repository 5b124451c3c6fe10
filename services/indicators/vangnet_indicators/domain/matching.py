"""Which signal is about which episode, after the events have changed."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from vangnet_contract.messages import EventKey, Evidence, Signal

from vangnet_indicators.domain.episodes import Episode
from vangnet_indicators.domain.person import Standing


class Match(NamedTuple):
    """`held[i]` is the signal of the i-th episode, if it has one; `lost` are those whose episode is no more."""

    held: list[Signal | None]
    lost: list[Signal]


def match(standing: Iterable[Standing], episodes: Sequence[Episode], *, anywhere: bool = True) -> Match:
    """By shared evidence; when several signals share it, the oldest (by crossing, then by number) keeps its id.

    Windows slide, so two episodes of one rule may rest on the same event, and two anchors may be followed by the same one.
    Hence first every signal whose episode still has its anchor, or without one begins where it began; then, oldest first,
    those that some episode overlaps in time; then, `anywhere`, the others. Each takes the episode with which it shares most
    (of equals the first).
    """
    keys = [_keys(episode.evidence) for episode in episodes]
    held: list[Signal | None] = [None] * len(episodes)
    rest = sorted(((one, one.signal) for one in standing), key=lambda pair: (pair[1].crossed_at, pair[1].episode))
    for fits in (_same, _overlap, _anything)[: 3 if anywhere else 2]:
        rest = [(one, signal) for one, signal in rest if not _taken(one, signal, episodes, keys, held, fits=fits)]
    return Match(held, sorted((signal for _, signal in rest), key=lambda signal: signal.episode))


Fits = Callable[[Standing, Signal, Episode], bool]


def _taken(
    one: Standing,
    signal: Signal,
    episodes: Sequence[Episode],
    keys: Sequence[set[EventKey]],
    held: list[Signal | None],
    *,
    fits: Fits,
) -> bool:
    """Whether a free episode that fits shares evidence with the signal; it is the signal's then."""
    mine = _keys(signal.evidence)
    shared = [
        len(mine & theirs) if held[i] is None and fits(one, signal, episodes[i]) else 0 for i, theirs in enumerate(keys)
    ]
    if not any(shared):
        return False
    held[shared.index(max(shared))] = signal
    return True


def _same(one: Standing, signal: Signal, episode: Episode) -> bool:
    if signal.anchor or episode.anchor:
        return signal.anchor == episode.anchor
    return signal.crossed_at == episode.crossed_at


def _overlap(one: Standing, signal: Signal, episode: Episode) -> bool:
    return episode.crossed_at < one.ends_at and signal.crossed_at < episode.ends_at


def _anything(one: Standing, signal: Signal, episode: Episode) -> bool:
    return True


def _keys(evidence: Iterable[Evidence]) -> set[EventKey]:
    return {item.event for item in evidence}
