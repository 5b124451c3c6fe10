"""Which alerts a user may see. The same condition in SQL is the function `visible_alerts`; a test compares the two."""

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert


def may_see(alert: Alert, actor: Actor) -> bool:
    """Reviewers see all; coordinators what was released to a municipality of theirs, whatever became of it."""
    return actor.reviewer or actor.coordinates(alert.owner)


def reader(alert: Alert, actor: Actor) -> str:
    """The recipient whose pseudonym of the person this user sees: the municipality it was released to, or the review desk."""
    return alert.owner if alert.owner and actor.coordinates(alert.owner) else "beoordeling"


def own_reference(alert: Alert, actor: Actor) -> str | None:
    """The file reference, for those whose file it is."""
    return alert.reference if actor.coordinates(alert.owner) else None
