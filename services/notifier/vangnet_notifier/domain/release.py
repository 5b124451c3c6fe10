"""What a recipient may see of an event: the one place where that is decided (page, mail, JSON all use it)."""

from datetime import date, datetime

import msgspec
from vangnet_contract.dutch import LOCAL
from vangnet_contract.messages import Evidence
from vangnet_contract.taxonomy import Group, event_types


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """What may be seen of one event; None = not released. `day` is the calendar day in Europe/Amsterdam."""

    group: Group | None = None
    type_name: str | None = None
    day: date | None = None


class _Width(msgspec.Struct, frozen=True):
    group: bool
    type: bool
    day: bool


# The partner's `vrijgave.niveau`, from nothing to everything that the sensitivity allows
WIDTH = {
    "niets": _Width(group=False, type=False, day=False),
    "aanwezigheid": _Width(group=True, type=False, day=False),
    "soort": _Width(group=True, type=True, day=False),
    "datum": _Width(group=True, type=True, day=True),
}
TYPE_SHOWN = frozenset({"S0", "S1", "S2"})


def released(evidence: Evidence) -> Released:
    """Group, type and day as far as its sensitivity and the partner allow. Unknown type or level: the least."""
    width = WIDTH["datum"] if evidence.release is None else WIDTH.get(evidence.release, WIDTH["niets"])
    event_type = event_types().get(evidence.type)
    named = width.type and event_type is not None and event_type.sensitivity in TYPE_SHOWN
    return Released(
        group=evidence.group if width.group else None,
        type_name=event_type.name if named and event_type else None,
        day=local_day(evidence.occurred_at) if width.day else None,
    )


def local_day(moment: datetime) -> date:
    """The calendar day in Europe/Amsterdam."""
    return moment.astimezone(LOCAL).date()
