"""When each kind of condition holds, and what it rests on then."""

from collections.abc import Callable, Sequence

from vangnet_contract.policy import OccurrenceCount
from vangnet_contract.policy.rules import Acceleration, AnyOf, Condition, FollowedBy, SeveralGroups

from vangnet_indicators.domain.conditions import acceleration, counting, following, groups
from vangnet_indicators.domain.conditions.rest import Rest, together
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.rulebook import RunningRule


def moments(life: Life, rule: RunningRule) -> list[int]:
    """T: the times (µs) of the person's own events at which the rule's condition holds, ascending, each once.

    Threshold and state are those of the municipality where the newest contributing event happened. For rules without anchor.
    """
    found = _times(life, rule.condition, rule.holds)
    if isinstance(rule.condition, AnyOf | FollowedBy):
        return [t for t in found if rule.runs(resting(life, rule.condition, [t]).lead)]
    return found


def resting(life: Life, condition: Condition, at: Sequence[int]) -> Rest:
    """What the condition rests on at these times (ascending)."""
    match condition:
        case OccurrenceCount():
            return counting.rest(life, condition, at)
        case SeveralGroups():
            return groups.rest(life, condition, at)
        case Acceleration():
            return acceleration.rest(life, condition, at)
        case FollowedBy():
            return following.rest(life, condition, at)
        case AnyOf():
            parts = [(one, _held(life, one, at)) for one in condition.conditions]
            return together(resting(life, one, times) for one, times in parts if times)
    raise TypeError(condition.kind)


def _times(life: Life, condition: Condition, enough: Callable[[int, int], bool]) -> list[int]:
    match condition:
        case OccurrenceCount():
            return counting.times(life, condition, enough)
        case SeveralGroups():
            return groups.times(life, condition, enough)
        case Acceleration():
            return acceleration.times(life, condition, enough)
        case FollowedBy():
            return following.times(life, condition)
        case AnyOf():
            return sorted({t for one in condition.conditions for t in _held(life, one, life.times)})
    raise TypeError(condition.kind)


def _own(condition: Condition) -> Callable[[int, int], bool]:
    """A part of any-of has its own threshold, the same everywhere."""
    threshold = condition.threshold or 0
    return lambda number, _: number >= threshold


def _held(life: Life, condition: Condition, at: Sequence[int]) -> list[int]:
    """Those of the times at which this part holds."""
    held = life.once(("held", id(condition)), lambda: frozenset(_times(life, condition, _own(condition))))
    return [t for t in at if t in held]
