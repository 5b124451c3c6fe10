"""Event types: what partners may report. Data in tables/event_types.csv; changing a row is a change of the contract."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import msgspec

Group = Literal["politie", "zorg", "sociaal", "wonen"]
EventClass = Literal["incident", "request", "care", "legal", "context", "admin"]
Sensitivity = Literal["S0", "S1", "S2", "S3", "S4"]

GROUPS: tuple[Group, ...] = get_args(Group)
OPAQUE = "<id>"  # a detail that refers to something of the contract, such as an earlier request
HEARTBEAT = "nl.oggz-signalen.beheer.levensteken.v1"
ERASURE = "nl.oggz-signalen.beheer.wissing.v1"
OBJECTION = "nl.oggz-signalen.beheer.bezwaar.v1"
ACCESS = "nl.oggz-signalen.beheer.inzageverzoek.v1"
RIGHTS_DESK_TYPES = frozenset((ACCESS, ERASURE, OBJECTION))


class EventType(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. `details` maps a detail's name to its closed values, or to (OPAQUE,)."""

    type: str
    group: Group | None
    event_class: EventClass
    code: str
    name: str
    identifier: str
    sensitivity: Sensitivity
    details: dict[str, tuple[str, ...]]
    identity: Literal["allowed", "forbidden"]
    municipality: Literal["required", "optional", "forbidden"]
    state: Literal["on", "off"]

    @property
    def opens_record(self) -> bool:
        """Only these bring a person into view (privacy: a record opens only on a trigger)."""
        return self.event_class in ("incident", "request")

    @property
    def details_sealed(self) -> bool:
        """S3 and S4: the details travel inside the seal, and there is no district."""
        return self.sensitivity in ("S3", "S4")


def detail_problems(event_type: EventType, details: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(detail, rule broken) for each detail that is missing, unknown or not one of its values."""
    for name in details.keys() - event_type.details.keys():
        yield name, "is not a detail of this type"
    for name, values in event_type.details.items():
        needed = _needed(name, event_type, details)
        if name not in details:
            if needed:
                yield name, f"is required: one of {', '.join(values)}"
        elif not needed:
            yield name, "only goes with fase=einde"
        elif not _offered(details[name], values):
            yield name, f"must be one of {', '.join(values)}"


def _needed(name: str, event_type: EventType, details: dict[str, str]) -> bool:
    if name == "reden" and "fase" in event_type.details:
        return details.get("fase") == "einde"
    return True


def _offered(value: str, values: tuple[str, ...]) -> bool:
    return bool(value) and len(value) <= 128 if values == (OPAQUE,) else value in values


def full_type(name: str) -> str:
    """`veiligheid.zorgmelding` → `nl.oggz-signalen.veiligheid.zorgmelding.v1`."""
    return f"nl.oggz-signalen.{name}.v1"


@cache
def event_types() -> dict[str, EventType]:
    """All event types by their CloudEvents type."""
    with (files("vangnet_contract") / "tables" / "event_types.csv").open(encoding="utf-8") as table:
        return {row["type"]: _event_type(row) for row in csv.DictReader(table)}


def _event_type(row: dict[str, str]) -> EventType:
    details = [part.split("=", 1) for part in row["details"].split("; ") if part]
    return msgspec.convert(
        {
            **row,
            "group": row["group"] or None,
            "event_class": row["class"],
            "details": {
                name: tuple(OPAQUE if v.startswith("<") else v for v in values.split("|")) for name, values in details
            },
        },
        EventType,
    )
