"""What is said of an alert on `vangnet.alerts`: where it stands and what came of it, never about whom or what."""

from datetime import datetime

from vangnet_contract.messages import AlertChanged

from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.words import State


def publication(before: Alert | None, after: Alert, at: datetime) -> AlertChanged | None:
    """The message for a step; None when it changed nothing of what is said, or when the rule was and is on trial."""
    if after.state is State.SHADOW and (before is None or before.state is State.SHADOW):
        return None
    said = message(after, at)
    known = message(before, at) if before and before.state is not State.SHADOW else None
    return None if known and _same(known, said) else said


def message(alert: Alert, at: datetime) -> AlertChanged:
    """The alert as others may know it."""
    closing = alert.closing
    return AlertChanged(
        alert=alert.id,
        version=alert.version,
        at=at,
        rule=alert.rule,
        municipality=alert.municipality,
        state=alert.state,
        raised_at=alert.raised_at,
        crossing_received_at=alert.crossing_received_at,
        released_at=alert.released_at,
        acknowledged_at=alert.acknowledged_at,
        closed_at=alert.closed_at,
        outcome=closing.outcome if closing else None,
        novelty=closing.novelty if closing else None,
        intervention=closing.intervention if closing else None,
        started_on=closing.started_on if closing else None,
        reason=alert.choice,
    )


def _same(one: AlertChanged, other: AlertChanged) -> bool:
    def content(said: AlertChanged) -> tuple[object, ...]:
        return tuple(getattr(said, name) for name in said.__struct_fields__ if name not in ("version", "at"))

    return content(one) == content(other)
