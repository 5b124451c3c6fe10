"""What an analyst may see of alerts, of any days."""

from collections.abc import Mapping
from datetime import date

from vangnet_indicators.domain.alerts.counting import MEASURES, AlertDays
from vangnet_indicators.domain.alerts.figures import figures
from vangnet_indicators.domain.area.measures import Measure, Measures
from vangnet_indicators.domain.disclosure.daily import Protected, protect
from vangnet_indicators.domain.disclosure.table import REGION, Window


def protected_days(
    days: AlertDays, indicator: str, area: str, length: int, *, first: date, last: date
) -> list[Protected]:
    """Each day protected by itself, with the `length` days that end on it."""
    ends = range(first.toordinal(), last.toordinal() + 1)
    return [Protected(_figures(days, indicator, area, (end - length, end))) for end in ends]


def _figures(days: AlertDays, indicator: str, area: str, window: Window) -> dict[str, int | float | None]:
    shown: Mapping[str, int | float | None] = protect(_counts(days, window), area).values

    def said(measure: str) -> int | None:
        number = shown[measure]
        return None if number is None else int(number)

    return figures(indicator, said, days.released(area, window))


def _counts(days: AlertDays, window: Window) -> dict[str, Measures]:
    """Every municipality, the fewest inhabitants first, and the region."""
    return {
        area: {measure.name: Measure(days.count(measure.name, area, window)) for measure in MEASURES}
        for area in (*days.municipalities, REGION)
    }
