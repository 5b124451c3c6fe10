"""What the public may see, made from the counts of this moment; and what an analyst may see of any day and window."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec
from vangnet_contract.dutch import LOCAL
from vangnet_contract.indicators import RegistrationBreak, inhabitants, inhabitants_of, registration_breaks
from vangnet_contract.policy import Policy

from vangnet_indicators.domain.alerts.counting import ABOUT_ALERTS, AlertDays, alert_table
from vangnet_indicators.domain.alerts.daily import protected_days
from vangnet_indicators.domain.alerts.figures import figures as alert_figures
from vangnet_indicators.domain.area.series import values
from vangnet_indicators.domain.disclosure.daily import Protected, protect
from vangnet_indicators.domain.disclosure.release import Said, release
from vangnet_indicators.domain.disclosure.table import REGION, Cell, Table
from vangnet_indicators.domain.disclosure.yearly import (
    HISTORY,
    READ,
    YEAR,
    Quarter,
    apart_from,
    first_day,
    quarters,
    yearly_table,
)
from vangnet_indicators.domain.disclosure.yearly import figures as public_figures
from vangnet_indicators.figures import Figures

FRESH = 5.0
"""Seconds that what was published is shown again: reading it is work, and anybody may ask."""
PUBLIC = (*READ, *ABOUT_ALERTS)
"""Indicators of which the public sees something, in this order."""
Values = Mapping[str, int | float | None]


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """`today`: the region's day; `since`: the first day with events; both None before there is anything.

    `told_elsewhere`: up to then quarters were told of a region of other municipalities, so not of this one.
    """

    today: date | None = None
    since: date | None = None
    quarters: tuple[Quarter, ...] = ()
    said: Said = {}
    silent: tuple["Silent", ...] = ()
    alerts: AlertDays | None = None
    said_of_alerts: Said = {}
    told_elsewhere: date | None = None


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A partner that has not delivered everything up to the end of the newest quarter; `since` None: it never said so."""

    partner: str
    title: str
    since: datetime | None


class Publication:
    """The one door out for area figures."""

    def __init__(self, figures: Figures, policy: Policy, elapsed: Callable[[], float] = time.monotonic) -> None:
        self.policy = policy
        self.municipalities = by_inhabitants(policy.region.municipalities)
        self._figures = figures
        self._elapsed = elapsed
        self._one_at_a_time = asyncio.Lock()
        self._last: tuple[float, Published] | None = None
        self._decided: dict[str, tuple[Table, Said]] = {}

    def follow(self, policy: Policy) -> None:
        """From here on by this policy. Another region is another publication, made at the next question."""
        if policy.region.municipalities != self.policy.region.municipalities:
            self.municipalities, self._last = by_inhabitants(policy.region.municipalities), None
        self.policy = policy

    async def published(self) -> Published:
        """Complete quarters; not older than a few seconds."""
        async with self._one_at_a_time:
            if self._last is None or self._elapsed() - self._last[0] > FRESH:
                self._last = (self._elapsed(), await self._publish())
            return self._last[1]

    async def values(self, indicator: str, area: str, quarter: Quarter) -> Values:
        """Figures of one quarter; None where one is not said."""
        published, window = await self.published(), quarter.window
        if indicator in ABOUT_ALERTS and published.alerts is not None:
            said = published.said_of_alerts
            released = published.alerts.released(area, window)
            return alert_figures(indicator, lambda measure: said.get(Cell(measure, area, window)), released)
        return public_figures(indicator, area, window, published.said, self._inhabitants(area, quarter.end.year))

    async def for_analyst(self, indicator: str, area: str, window: int, first: date, last: date) -> list[Protected]:
        """Any days and any window of the indicator; each day protected by itself. Raises UnknownSeries."""
        municipalities = self.municipalities
        if indicator in ABOUT_ALERTS:
            alerts = AlertDays(await self._figures.alerts(), municipalities)
            return await asyncio.to_thread(protected_days, alerts, indicator, area, window, first=first, last=last)
        areas = [*municipalities, REGION]
        series = await self._figures.series([indicator], areas, window, first, last)
        daily = {place: values(series[indicator, place], municipalities) for place in areas}
        days = range((last - first).days + 1)
        return [protect({place: daily[place][day] for place in areas}, area) for day in days]

    def breaks(self, indicator: str, first: date, last: date) -> list[RegistrationBreak]:
        """Changes in registration that days from `first` to `last` lie around."""
        return [one for one in registration_breaks() if indicator in one.indicators and first < one.start <= last]

    async def _publish(self) -> Published:
        today = await self._figures.today()
        if today is None:
            return Published()
        municipalities = self.municipalities
        first = today - timedelta(days=HISTORY)
        region = await self._figures.series(("I01b", "I13"), (REGION,), YEAR, first, today)
        since = first_day(region)
        told = await self._figures.told_elsewhere(municipalities)
        of = apart_from(told, quarters(since, today)) if since else []
        if since is None or not of:
            return Published(today=today, since=since, told_elsewhere=told)
        await self._figures.note_told(municipalities, of[-1].end)
        series = await self._figures.series(READ, [*municipalities, REGION], YEAR, first, of[-1].end)
        table = await asyncio.to_thread(yearly_table, series, municipalities, since, of)
        alerts = AlertDays(await self._figures.alerts(), municipalities)
        about_alerts = await asyncio.to_thread(alert_table, alerts, since, of)
        return Published(
            today=today,
            since=since,
            quarters=tuple(of),
            said=await self._decide("events", table),
            silent=await self._silent(of[-1]),
            alerts=alerts,
            said_of_alerts=await self._decide("alerts", about_alerts),
            told_elsewhere=told,
        )

    async def _silent(self, quarter: Quarter) -> tuple[Silent, ...]:
        """Of the partners that may send anything."""
        midnight = datetime.combine(quarter.end + timedelta(days=1), datetime.min.time(), LOCAL)
        delivered = await self._figures.delivered()
        senders = {cell.partner for cell in self.policy.matrix if cell.admission != "forbidden"}
        return tuple(
            Silent(partner=partner.name, title=partner.title, since=delivered.get(partner.name))
            for partner in self.policy.partners
            if partner.name in senders and (partner.name not in delivered or delivered[partner.name] < midnight)
        )

    async def _decide(self, about: str, table: Table) -> Said:
        """Decided anew only when a count of a past quarter is another one. No count of alerts follows from those of events."""
        known = self._decided.get(about)
        if known is None or known[0] != table:
            known = self._decided[about] = (table, await asyncio.to_thread(release, table))
        return known[1]

    def _inhabitants(self, area: str, year: int) -> int | None:
        return inhabitants_of(self.municipalities if area == REGION else (area,), year)


def by_inhabitants(municipalities: Sequence[str]) -> list[str]:
    """The fewest first; those that the table does not have go before the others, the last of the policy's list first."""
    order = {code: place for place, code in enumerate(municipalities)}
    return sorted(municipalities, key=lambda code: (max(_known(code), default=0), -order[code]))


def _known(code: str) -> list[int]:
    return [number for (place, _), number in inhabitants().items() if place == code]
