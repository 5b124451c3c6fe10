"""people.yaml: who is told. Addresses of officials, not of the people that events are about."""

from pydantic import Field

from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.hours import Hours


class Person(PolicyModel):
    """An official. `user` = the subject (`sub`) that the identity provider gives."""

    user: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,60}$")
    name: str
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class OnDuty(PolicyModel):
    """Who reviews, and whom it goes to when nobody did in time (minutes, by the clock of the stream)."""

    reviewers: list[Person] = Field(min_length=1)
    escalation: list[Person] = Field(min_length=1)
    review_within_minutes: int = Field(30, ge=1, le=7 * 1440)


class People(PolicyModel):
    """Reviewers on duty and coordinators of each municipality, and when they are there."""

    on_duty: OnDuty
    coordinators: dict[str, list[Person]]
    hours: Hours = Hours()
