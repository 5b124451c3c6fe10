"""people.yaml: who is told. Addresses of officials, not of the people that events are about."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.hours import Hours
from vangnet_contract.policy.rota import Rota


class Person(PolicyModel):
    """An official. `user` = the subject (`sub`) that the identity provider gives; `organisation` = the partner that he works for."""

    user: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,60}$")
    name: str
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    organisation: str | None = None


class OnDuty(PolicyModel):
    """Who reviews, and whom it goes to when nobody did in time (minutes, by the clock of the stream). Without a `rota` every
    reviewer has duty always."""

    reviewers: list[Person] = Field(min_length=1)
    escalation: list[Person] = Field(min_length=1)
    review_within_minutes: int = Field(30, ge=1, le=7 * 1440)
    rota: Rota | None = None

    def reviewers_at(self, moment: datetime) -> list[Person]:
        """The reviewers who have duty then."""
        if self.rota is None:
            return self.reviewers
        users = self.rota.users_at(moment)
        return [person for person in self.reviewers if person.user in users]

    @model_validator(mode="after")
    def _rota_of_reviewers(self) -> "OnDuty":
        strangers = (self.rota.users if self.rota else set()) - {person.user for person in self.reviewers}
        if strangers:
            raise ValueError(f"the rota names who is no reviewer: {', '.join(sorted(strangers))}")
        if self.rota and not all(self.rota.turns):
            raise ValueError("a turn of the rota names nobody")
        return self


class Webhook(PolicyModel):
    """A system of municipalities that is told what their coordinators are told. Its secrets are a setting, never policy."""

    title: str = Field(min_length=1, description="what people know it by: stands in the trail")
    url: str = Field(pattern=r"^https?://[^/@?#\s]+(/[^#\s]*)?$", description="https, but in the local profile")
    municipalities: list[str] = Field(min_length=1)


TargetName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
"""Names a webhook in settings, outbox and metrics; it cannot be an e-mail address."""


class People(PolicyModel):
    """Reviewers on duty and coordinators of each municipality, when they are there, and the systems told beside them."""

    on_duty: OnDuty
    coordinators: dict[str, list[Person]]
    hours: Hours = Hours()
    webhooks: dict[TargetName, Webhook] = {}
