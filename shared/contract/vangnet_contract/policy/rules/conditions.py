"""The kinds of conditions. Days are elapsed time (n × 24 h); t runs over the times of the person's own events.

`reach` = how many days back from t a condition looks: retention must be at least that. `threshold` = the number that a
municipality may set otherwise; None for a condition without one.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.rules.happenings import AnEvent, CountedOccurrence, Happening
from vangnet_contract.taxonomy import GROUPS, EventClass, event_types

Days = Annotated[int, Field(ge=1, le=1827)]
Number = Annotated[int, Field(ge=1, le=1000)]


class OccurrenceCount(CountedOccurrence):
    """At least `count` occurrences in (t − days, t], each holding an event of that group or type when one is given."""

    kind: Literal["occurrence-count"] = "occurrence-count"
    count: Number
    days: Days

    @property
    def reach(self) -> int:
        """Days."""
        return self.days

    @property
    def threshold(self) -> int:
        """Occurrences needed."""
        return self.count


class FollowedBy(PolicyModel):
    """After each anchor (`after`) something happens (`by`) in (anchor, anchor + days]; it holds at the moment that it comes true.

    `merge_days`: anchors within so many days of the first of them are one. `either_order`: before the anchor counts as
    well, |difference| ≤ days, and it holds at the later of the two. `until`: the event that ends it; what happens after it
    does not count for the anchor.
    """

    kind: Literal["followed-by"] = "followed-by"
    after: Happening
    by: Happening
    days: Days
    merge_days: int = Field(0, ge=0, le=365)
    either_order: bool = False
    until: AnEvent | None = None

    @model_validator(mode="after")
    def _possible(self) -> "FollowedBy":
        if self.merge_days >= self.days:
            raise ValueError("mergeDays must be less than days: what follows would be merged away")
        if self.after == self.by:
            raise ValueError("after and by are the same: use occurrence-count")
        return self

    @property
    def reach(self) -> int:
        """Days."""
        return self.days + self.merge_days

    threshold: ClassVar[None] = None


class MissingAfter(PolicyModel):
    """After each anchor nothing like `awaited` happens in (anchor, anchor + days]; it holds at anchor + days.

    It is judged only when every partner that may send `awaited` for the place has delivered up to then. With
    `only_if_not_in_care` the person must be known not to be in care at the anchor.
    """

    kind: Literal["missing-after"] = "missing-after"
    after: Happening
    awaited: AnEvent
    days: Days
    only_if_not_in_care: bool = False

    @property
    def reach(self) -> int:
        """Days."""
        return self.days

    threshold: ClassVar[None] = None


class SeveralGroups(PolicyModel):
    """At least `groups` groups with an event of these classes, and at least `occurrences` occurrences, in (t − days, t]."""

    kind: Literal["several-groups"] = "several-groups"
    groups: int = Field(ge=2, le=len(GROUPS))
    classes: list[EventClass] = Field(min_length=1)
    days: Days
    occurrences: int = Field(ge=1, le=1000)

    @model_validator(mode="after")
    def _possible(self) -> "SeveralGroups":
        there = {row.group for row in event_types().values() if row.event_class in self.classes and row.group}
        if self.groups > len(there):
            raise ValueError(f"these classes have events of {len(there)} groups only: {', '.join(sorted(there))}")
        return self

    @property
    def reach(self) -> int:
        """Days."""
        return self.days

    @property
    def threshold(self) -> int:
        """Groups needed."""
        return self.groups


class Acceleration(PolicyModel):
    """n occurrences in (t − recent, t], b in the baseline before the guard: n ≥ atLeast, b ≥ baselineAtLeast,
    and n a day is at least `factor` times b a day.

    The baseline is (t − recent − guard − baseline, t − recent − guard].
    """

    kind: Literal["acceleration"] = "acceleration"
    at_least: Number
    recent_days: Days
    guard_days: int = Field(ge=0, le=365)
    baseline_days: Days
    factor: float = Field(gt=1, le=100)
    baseline_at_least: int = Field(1, ge=1, le=1000, description="without a past there is no acceleration")

    @property
    def reach(self) -> int:
        """Days."""
        return self.recent_days + self.guard_days + self.baseline_days

    @property
    def threshold(self) -> int:
        """Recent occurrences needed."""
        return self.at_least


class AreaDeviation(PolicyModel):
    """n = the indicator's count in the last complete ISO week of a municipality: n ≥ atLeast and
    n > m + deviations·√max(m, 1), m = mean of the `weeks` weeks before it. No person in it.
    """

    kind: Literal["area-deviation"] = "area-deviation"
    indicator: Literal["I01b"]
    weeks: int = Field(ge=2, le=260)
    at_least: int = Field(ge=10, le=10_000, description="below 10 it would tell of few people")
    deviations: float = Field(gt=0, le=10)

    @property
    def reach(self) -> int:
        """Days."""
        return 7 * (self.weeks + 2)

    @property
    def threshold(self) -> int:
        """Reports needed."""
        return self.at_least


class SourceSilence(PolicyModel):
    """A partner does not deliver: no heartbeat for `heartbeatHours`; or no events for at least `quietHours` while at
    least `expected` were to be expected in those hours, by its mean in the same hour of the week over `historyDays`.
    """

    kind: Literal["source-silence"] = "source-silence"
    heartbeat_hours: int = Field(ge=1, le=24 * 14)
    expected: int = Field(ge=1, le=10_000)
    quiet_hours: int = Field(ge=1, le=24 * 14)
    history_days: int = Field(ge=7, le=364, multiple_of=7, description="whole weeks")

    @property
    def reach(self) -> int:
        """Days."""
        return self.history_days

    threshold: ClassVar[None] = None


Moment = Annotated[OccurrenceCount | FollowedBy | SeveralGroups | Acceleration, Field(discriminator="kind")]
"""Conditions that hold at times of the person's own events."""


class AnyOf(PolicyModel):
    """At least one of these holds."""

    kind: Literal["any-of"] = "any-of"
    conditions: list[Moment] = Field(min_length=2)

    @property
    def reach(self) -> int:
        """Days."""
        return max(condition.reach for condition in self.conditions)

    threshold: ClassVar[None] = None


Condition = Annotated[
    OccurrenceCount | FollowedBy | MissingAfter | SeveralGroups | Acceleration | AreaDeviation | SourceSilence | AnyOf,
    Field(discriminator="kind"),
]
