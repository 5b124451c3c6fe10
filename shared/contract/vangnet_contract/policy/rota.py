"""Who has duty when: turns of so many days in local time, part of people.yaml. A day begins at the handover."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from pydantic import Field

from vangnet_contract.dutch import LOCAL
from vangnet_contract.policy.base import PolicyModel


class Swap(PolicyModel):
    """On that day these have duty instead."""

    day: date
    users: list[str] = Field(min_length=1)


class Rota(PolicyModel):
    """`turns` follow each other from `first_day` on, for ever; before it they run backwards. Users are those of the reviewers."""

    first_day: date
    days: int = Field(7, ge=1, le=28, description="length of a turn")
    handover: time = Field(time(8), description="local time at which a turn, and a day, begins")
    turns: list[list[str]] = Field(min_length=1)
    swaps: list[Swap] = []

    @property
    def users(self) -> set[str]:
        """Everyone who is named."""
        swapped = {user for swap in self.swaps for user in swap.users}
        return swapped.union(*self.turns)

    def users_at(self, moment: datetime) -> list[str]:
        """Who has duty. When the clock is put back nobody has duty twice: a day begins the first time that it is that time."""
        return self.users_on(self._day(moment))

    def users_on(self, day: date) -> list[str]:
        """Who has duty on the day that begins at that day's handover."""
        for swap in self.swaps:
            if swap.day == day:
                return swap.users
        return self.turns[(day - self.first_day).days // self.days % len(self.turns)]

    def ahead(self, moment: datetime, days: int) -> Iterator[tuple[datetime, list[str]]]:
        """(since when, who) for each change in so many days, the present one first."""
        first, last = self._day(moment), None
        for number in range(days):
            day = first + timedelta(days=number)
            if (users := self.users_on(day)) != last:
                yield self._begin(day), users
            last = users

    def _day(self, moment: datetime) -> date:
        day = moment.astimezone(LOCAL).date()
        return day if moment >= self._begin(day) else day - timedelta(days=1)

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, self.handover, LOCAL).astimezone(UTC)
