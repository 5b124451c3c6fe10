"""When the desk is staffed and how long things may wait: part of people.yaml, every value has a default."""

from datetime import date, time

from pydantic import Field, model_validator

from vangnet_contract.holidays import public_holidays
from vangnet_contract.policy.base import PolicyModel


class Hours(PolicyModel):
    """Local times (Europe/Amsterdam). `days`: 1 = Monday. An alert of severity `zeer hoog` waits for none of it."""

    days: list[int] = Field([1, 2, 3, 4, 5], min_length=1, description="working days, 1 = Monday")
    holidays: bool = Field(True, description="public holidays are no working days")
    closed: list[date] = Field([], max_length=100, description="other days on which nobody is there")
    opens: time = Field(time(8, 30), description="office hours begin")
    closes: time = Field(time(17), description="office hours end")
    list_at: time = Field(
        time(8), description="what came outside office hours is told then, on a working day, in one mail"
    )
    digest: bool = Field(
        True, description="then too: what waits for the coordinators of each municipality, in one mail"
    )
    acknowledge_within_minutes: int = Field(1440, ge=5, le=28 * 1440)
    urgent_acknowledge_within_minutes: int = Field(60, ge=5, le=28 * 1440, description="the same for zeer hoog")
    contact_answer_days: int = Field(
        5, ge=1, le=30, description="working days in which a partner answers a contact request; an urgent one: 1"
    )
    mails_a_day: int = Field(
        10, ge=1, description="mails about new alerts of one municipality, then one that says how many wait"
    )

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        free = day in self.closed or (self.holidays and day in public_holidays(day.year))
        return day.isoweekday() in self.days and not free

    @model_validator(mode="after")
    def _possible(self) -> "Hours":
        if not set(self.days) <= set(range(1, 8)) or self.opens >= self.closes:
            raise ValueError("days are 1 to 7, and the office opens before it closes")
        return self
