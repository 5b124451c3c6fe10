"""When: readable, not in the future, not before the horizon."""

from collections.abc import Iterator
from datetime import timedelta

from vangnet_contract.reasons import Problem, Reason

from vangnet_ingest.domain.case import Case
from vangnet_ingest.domain.moments import RULE

TOLERANCE = timedelta(minutes=5)
"""How far a partner's clock may run ahead of ours."""


def times_readable(case: Case) -> Iterator[Problem]:
    """`time` and `occurredAt` say one moment each."""
    for field, value in (("time", case.time), ("data.occurredAt", case.occurred_at)):
        if value is None:
            yield Problem(Reason.TIME_INVALID, field, RULE)


def times_not_in_future(case: Case) -> Iterator[Problem]:
    """At most TOLERANCE after now."""
    for field, value in (("time", case.time), ("data.occurredAt", case.occurred_at)):
        if value is not None and value > case.now + TOLERANCE:
            yield Problem(Reason.TIME_IN_FUTURE, field, "is more than 5 minutes in the future")


def within_horizon(case: Case) -> Iterator[Problem]:
    """A new event within the admission horizon; a correction or retraction as long as its root may be kept."""
    region = case.policy.region
    days = region.horizon_days if case.is_root else region.retention_days
    if case.occurred_at is not None and case.occurred_at < case.now - timedelta(days=days):
        yield Problem(Reason.BEFORE_HORIZON, "data.occurredAt", f"is more than {days} days ago")
