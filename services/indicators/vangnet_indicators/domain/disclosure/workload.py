"""What an analyst may see of a backtest: no number about fewer than ten people, the rest rounded to five.

A part that is withheld is not what is left when the others are taken from the whole: then the next part goes too. Each
answer by itself; answers are not weighed against each other, as with any day and window (daily.py).
"""

from collections.abc import Mapping
from typing import NamedTuple

from vangnet_indicators.domain.backtest import Result
from vangnet_indicators.domain.disclosure.rounding import rounded, small
from vangnet_indicators.domain.variants import Number

DAYS_ROUNDED = 5


class Workload(NamedTuple):
    """None = withheld. `weekly`: alerts a week, of the whole region and by municipality, from the rounded number."""

    settings: dict[str, Number]
    alerts: int | None
    weekly: float | None
    places: dict[str, float | None]
    persons: int | None
    in_care: dict[str, int | None]
    heavy: int | None
    caught: int | None
    days_before_crisis: int | None
    overlapping: int | None


def workload(result: Result, weeks: float, municipalities: Mapping[str, int]) -> Workload:
    """`municipalities`: every one of the region, with a rank by which the next one is withheld (never by its number)."""
    told = not small(result.persons)
    alerts = rounded(result.alerts) if told else None
    counts = {place: round(number * weeks) for place, number in result.weekly.items()}
    safe = {place for place, people in result.people.items() if not small(people)}
    there = sorted({*municipalities, *counts}, key=lambda place: (municipalities.get(place, -1), place))
    places = _parts({place: counts.get(place, 0) if place in safe else 0 for place in there}, told=told)
    return Workload(
        settings=result.settings,
        alerts=alerts,
        weekly=_weekly(alerts, weeks),
        places={place: _weekly(count, weeks) for place, count in places.items() if place in municipalities},
        persons=rounded(result.persons) if told else None,
        in_care=_parts({name: result.in_care[name] for name in ("no", "unknown", "yes")}, told=told),
        heavy=None if small(result.heavy) else rounded(result.heavy),
        caught=_parts({"caught": result.caught, "rest": result.heavy - result.caught}, told=told)["caught"],
        days_before_crisis=_days(result),
        overlapping=_parts({"both": result.overlapping, "own": result.alerts - result.overlapping}, told=told)["both"],
    )


def _parts(parts: Mapping[str, int], *, told: bool) -> dict[str, int | None]:
    """In order of who goes next. `told`: whether the whole is said; without it no part is."""
    shown = [name for name, count in parts.items() if told and not small(count)]
    if shown and len(shown) == len(parts) - 1:
        shown = shown[1:]
    return {name: rounded(count) if name in shown else None for name, count in parts.items()}


def _weekly(count: int | None, weeks: float) -> float | None:
    return None if count is None else round(count / weeks, 1)


def _days(result: Result) -> int | None:
    if result.days_before_crisis is None or small(result.before_crisis):
        return None
    return DAYS_ROUNDED * round(result.days_before_crisis / DAYS_ROUNDED)
