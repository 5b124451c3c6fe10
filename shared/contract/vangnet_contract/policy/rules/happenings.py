"""What can happen to a person, as conditions name it: an occurrence, or an event of some kind."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.taxonomy import EventClass, EventType, Group, event_types, full_type


class EventPattern(PolicyModel):
    """Events of one of `types`, or of one of `classes`, with one of the values for every detail that is named."""

    types: list[str] = Field([], description="without nl.oggz-signalen. and .v1")
    classes: list[EventClass] = []
    details: dict[str, list[str]] = {}

    @model_validator(mode="after")
    def _possible(self) -> "EventPattern":
        if not self.types and not self.classes:
            raise ValueError("must name types or classes")
        if unknown := [name for name in self.types if full_type(name) not in event_types()]:
            raise ValueError(f"no such event type: {', '.join(unknown)}")
        if not self.full_types:
            raise ValueError("no event can be like this: no type has these details")
        return self

    @cached_property
    def full_types(self) -> frozenset[str]:
        """The CloudEvents types of which an event can match."""
        named = {full_type(name) for name in self.types}
        chosen = [row for row in event_types().values() if row.type in named or row.event_class in self.classes]
        return frozenset(row.type for row in chosen if self._offers(row))

    def matches(self, event_type: str, details: Mapping[str, str]) -> bool:
        """Whether an event is like this."""
        return event_type in self.full_types and all(
            details.get(name) in values for name, values in self.details.items()
        )

    def _offers(self, row: EventType) -> bool:
        return all(set(values) & set(row.details.get(name, ())) for name, values in self.details.items())


class AnEvent(PolicyModel):
    """An event like one of these patterns; its time is its own."""

    what: Literal["event"] = "event"
    like: list[EventPattern] = Field(min_length=1)

    @cached_property
    def full_types(self) -> frozenset[str]:
        """The CloudEvents types of which an event can match."""
        return frozenset().union(*(pattern.full_types for pattern in self.like))

    def matches(self, event_type: str, details: Mapping[str, str]) -> bool:
        """Whether an event is like one of the patterns."""
        return any(pattern.matches(event_type, details) for pattern in self.like)


class CountedOccurrence(PolicyModel):
    """An occurrence (voorval), holding an event of that group or type when one is given."""

    with_group: Group | None = None
    with_type: str | None = None

    @property
    def full_type(self) -> str | None:
        """The CloudEvents type of `with_type`."""
        return full_type(self.with_type) if self.with_type else None

    @field_validator("with_type")
    @classmethod
    def _counts(cls, name: str | None) -> str | None:
        return counting_type(name)

    @model_validator(mode="after")
    def _possible(self) -> "CountedOccurrence":
        fitting(self.with_group, self.with_type)
        return self


class AnOccurrence(CountedOccurrence):
    """One of these; its time is that of its first event."""

    what: Literal["occurrence"] = "occurrence"


Happening = Annotated[AnOccurrence | AnEvent, Field(discriminator="what")]


def counting_type(name: str | None) -> str | None:
    """The name of a type of class incident. Raises ValueError."""
    row = event_types().get(full_type(name)) if name is not None else None
    if name is not None and (row is None or row.event_class != "incident"):
        raise ValueError(f"no event type of class incident: {name}")
    return name


def fitting(group: Group | None, name: str | None) -> None:
    """Raises ValueError when the type is not of the group."""
    if group is not None and name is not None and event_types()[full_type(name)].group != group:
        raise ValueError(f"{name} is never of group {group}")
