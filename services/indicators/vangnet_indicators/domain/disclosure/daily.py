"""What an analyst may see of one day: the same two rules for a number, and no municipality by subtraction.

Days and windows that overlap are not weighed against each other here: that is what makes it a matter for analysts, by name
and on the record, and not for the public.
"""

from collections.abc import Mapping

import msgspec

from vangnet_indicators.domain.area.measures import Measure, Measures
from vangnet_indicators.domain.disclosure.rounding import percentage, rate, ratio, rounded, small
from vangnet_indicators.domain.disclosure.table import REGION


class Protected(msgspec.Struct, frozen=True):
    """Figures by name; None = withheld."""

    values: dict[str, int | float | None]


def protect(day: Mapping[str, Measures], area: str) -> Protected:
    """`day`: every municipality, the fewest inhabitants first, and the region."""
    return Protected({name: _value(day, area, name) for name in day[area]})


def _value(day: Mapping[str, Measures], area: str, name: str) -> float | None:
    if area not in _told(day, name):
        return None
    return said(day[area][name])


def said(measure: Measure) -> float | None:
    """One figure as it may be said by itself."""
    count = None if small(measure.count) else rounded(measure.count)
    if measure.total is None:
        return count
    match measure.per:
        case 1000:
            return rate(count, measure.total)
        case 1:
            return ratio(count, None if small(measure.total) else rounded(measure.total))
        case _:
            rest = measure.total - measure.count
            return percentage(count, None if small(rest) else rounded(measure.total))


def _told(day: Mapping[str, Measures], name: str) -> set[str]:
    """Areas of which it may be said; never all but one."""
    municipalities = [area for area in day if area != REGION]
    told = [area for area in municipalities if name in day[area] and said(day[area][name]) is not None]
    if len(told) == len(municipalities) - 1:
        told = told[1:]
    return {*told, REGION} if len(municipalities) - len(told) != 1 else set(told)
