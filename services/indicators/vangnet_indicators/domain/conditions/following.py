"""Something happens after something else."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vangnet_contract.policy.rules import FollowedBy

from vangnet_indicators.domain.conditions.rest import Rest, together
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Happened, Life


class Pair(NamedTuple):
    """An anchor and what belongs to it. `t`: when both are known, so when it comes true."""

    anchor: Happened
    by: Happened
    t: int


class Followed(NamedTuple):
    """An anchor with everything that belongs to it, in order of t; `over`: when an event ended it, None = never."""

    anchor: Happened
    pairs: list[Pair]
    over: int | None


def followed(life: Life, condition: FollowedBy) -> list[Followed]:
    """The anchors after which something came."""
    return life.once(id(condition), lambda: list(_followed(life, condition)))


def _followed(life: Life, condition: FollowedBy) -> Iterator[Followed]:
    candidates = life.happenings(condition.by)
    endings = [one.time for one in life.happenings(condition.until)] if condition.until else []
    for anchor in anchors(life.happenings(condition.after), condition.merge_days * DAY):
        over = next((time for time in endings if time > anchor.time), None)
        pairs = sorted(_pairs(anchor, candidates, condition, over), key=lambda pair: (pair.t, pair.by.time))
        if pairs:
            yield Followed(anchor, pairs, over)


def times(life: Life, condition: FollowedBy) -> list[int]:
    """The times at which it comes true, ascending, each once."""
    return sorted({pair.t for one in followed(life, condition) for pair in one.pairs})


def rest(life: Life, condition: FollowedBy, at: Sequence[int]) -> Rest:
    """What it rests on at these times."""
    pairs = [pair for one in followed(life, condition) for pair in one.pairs if pair.t in at]
    return together(rest_of(pair, pair.t) for pair in pairs)


def rest_of(pair: Pair, t: int) -> Rest:
    """The anchor and what belongs to it, as known at t."""
    return together(as_rest(one, t) for one in (pair.anchor, pair.by))


def as_rest(one: Happened, t: int) -> Rest:
    """An occurrence or an event, as known at t."""
    return Rest([one.until(t)], []) if one.occurrence else Rest([], list(one.events))


def anchors(happened: Sequence[Happened], merge: int) -> list[Happened]:
    """Those that lie within `merge` of the first of them are one: that first."""
    found: list[Happened] = []
    for one in happened:
        if not merge or not found or one.time - found[-1].time > merge:
            found.append(one)
    return found


def _pairs(anchor: Happened, candidates: Sequence[Happened], condition: FollowedBy, over: int | None) -> Iterator[Pair]:
    days = condition.days * DAY
    for by in candidates:
        after = anchor.time < by.time <= anchor.time + days
        before = condition.either_order and anchor.time - days <= by.time <= anchor.time
        t = max(anchor.known, by.known)
        if (after or before) and (over is None or t < over):
            yield Pair(anchor, by, t)
