"""What a recipient may see of an event: the one place where that is decided (page, mail, webhook and JSON all use it)."""

from datetime import date, datetime
from enum import StrEnum

import msgspec
from vangnet_contract.dutch import LOCAL
from vangnet_contract.messages import Evidence
from vangnet_contract.policy.release import LEVELS, Level, Release
from vangnet_contract.taxonomy import Group, event_types

from vangnet_notifier.domain.actors import Actor


class Role(StrEnum):
    """Who looks. MESSAGE = whatever leaves the house: a mail, a webhook. NOBODY = those who may see no content."""

    REVIEWER = "beoordelaar"
    COORDINATOR = "coordinator"
    MESSAGE = "bericht"
    NOBODY = "niemand"


WIDEST: dict[Role, Level] = {
    Role.REVIEWER: "datum",
    Role.COORDINATOR: "datum",
    Role.MESSAGE: "niets",
    Role.NOBODY: "niets",
}
"""Where policy says nothing."""


class View(msgspec.Struct, frozen=True):
    """A role, with what policy lets it see, and the partner whose events are this reader's own."""

    role: Role
    policy: Release = Release()
    organisation: str | None = None

    def level(self, group: Group | None) -> Level:
        """The most that this role may see of events of a group."""
        named: dict[Group, Level] = {} if self.role is Role.NOBODY else getattr(self.policy, self.role)
        return named.get(group, WIDEST[self.role]) if group else WIDEST[self.role]


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """What may be seen of one event; None = not released. `day` is the calendar day in Europe/Amsterdam. `own` = its reference, of an
    event of the reader's own organisation alone."""

    group: Group | None = None
    type_name: str | None = None
    day: date | None = None
    own: str | None = None


TYPE_SHOWN = frozenset({"S0", "S1", "S2"})
"""Sensitivities of which the type may be named at all: of S3 and S4 nobody here sees more than group and day."""


def view_of(actor: Actor, policy: Release) -> View:
    """What this user looks with: a reviewer sees as a reviewer, whatever else he is."""
    if actor.reviewer:
        return View(Role.REVIEWER, policy, actor.organisation)
    if actor.municipalities:
        return View(Role.COORDINATOR, policy, actor.organisation)
    return View(Role.NOBODY, policy)


def released(evidence: Evidence, view: View) -> Released:
    """Group, type and day, as far as policy, the partner (`vrijgave`) and the sensitivity all allow. Unknown: the least. Of one's own
    report: its reference as well, and the type as far as the sensitivity allows."""
    own = view.organisation is not None and view.organisation == evidence.partner
    width = min(LEVELS.index(view.level(evidence.group)), _partners_level(evidence.release))
    if own:  # whoever has the report has its day
        width = len(LEVELS)
    event_type = event_types().get(evidence.type)
    named = event_type is not None and event_type.sensitivity in TYPE_SHOWN
    return Released(
        group=evidence.group if width >= LEVELS.index("aanwezigheid") else None,
        type_name=event_type.name if event_type and named and width >= LEVELS.index("soort") else None,
        day=local_day(evidence.occurred_at) if width >= LEVELS.index("datum") else None,
        own=evidence.event.id if own else None,
    )


def local_day(moment: datetime) -> date:
    """The calendar day in Europe/Amsterdam."""
    return moment.astimezone(LOCAL).date()


def _partners_level(release: str | None) -> int:
    """What the partner allows: everything when it says nothing, nothing when it says what we do not know."""
    if release is None:
        return len(LEVELS)
    return next((number for number, level in enumerate(LEVELS) if level == release), 0)
