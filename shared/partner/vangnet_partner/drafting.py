"""From a line to what is sent: ids made meaningless, details in clear or in the seal, one canonical form of `data`."""

from typing import Any, Protocol

import msgspec
from vangnet_contract.event import RetractReason, SealedIdentity
from vangnet_contract.taxonomy import HEARTBEAT, EventType, event_types

from vangnet_partner.lines.line import Line
from vangnet_partner.lines.rules import OWN_EVENT_DETAIL

DEFAULT_REASON: RetractReason = "onjuist"
CLEAR_WHEN_ANONYMOUS = "fase"
DATA_TYPE = "application/json"

_canonical = msgspec.json.Encoder(order="sorted").encode


class Naming(Protocol):
    """How the partner's own references become published ones."""

    def event_id(self, own_id: str) -> str: ...
    def incident(self, own_reference: str) -> str: ...


class OwnNames:
    """Own references are published as they are (the region's policy must allow it)."""

    def event_id(self, own_id: str) -> str:
        """Unchanged."""
        return own_id

    def incident(self, own_reference: str) -> str:
        """Unchanged."""
        return own_reference


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An event before seal and signature. `sealed_details`: for inside the seal, None where details are in clear."""

    id: str
    type: str
    time: str
    data: dict[str, Any]
    sealed_details: dict[str, str] | None = None

    @property
    def occurred_at(self) -> str:
        """Exactly as in `data`: the seal is bound to it."""
        return str(self.data["occurredAt"])


def drafted(line: Line, naming: Naming, with_identity: bool) -> Draft:
    """`with_identity`: tokens will be sealed into it."""
    event_type = event_types()[line.type]
    details = _details(line, naming)
    inside = event_type.details_sealed and with_identity
    data = {
        "occurredAt": line.occurred_at or line.registered_at,
        **_given(line, naming, event_type),
        "details": {} if inside else _in_clear(details, event_type),
    }
    return Draft(
        id=naming.event_id(line.id),
        type=line.type,
        time=line.registered_at,
        data=data,
        sealed_details=details if inside else None,
    )


def carries_identity(line: Line) -> bool:
    """A retraction takes an event back, whoever it was about."""
    return line.person is not None and line.retracts is None


def data_bytes(draft: Draft, identity: SealedIdentity | None) -> bytes:
    """The JSON value of `data`, made once: members sorted, no white space. The signature covers these bytes."""
    return _canonical(draft.data if identity is None else draft.data | {"identity": identity})


def assembled(draft: Draft, source: str, data: bytes, dssematerial: str) -> bytes:
    """The CloudEvent around `data`, without reading or writing `data` anew."""
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": draft.id,
            "source": source,
            "type": draft.type,
            "time": draft.time,
            "datacontenttype": DATA_TYPE,
            "dssematerial": dssematerial,
            "data": msgspec.Raw(data),
        }
    )


def _given(line: Line, naming: Naming, event_type: EventType) -> dict[str, Any]:
    """What the line gives beside time and details. S3 and S4 have no district."""
    values = {
        "municipality": line.municipality,
        "district": None if event_type.details_sealed else line.district,
        "incident": line.incident and naming.incident(line.incident),
        "grondslag": line.grondslag,
        "vrijgave": line.vrijgave and _without_nothing(msgspec.to_builtins(line.vrijgave)),
        "corrects": line.corrects and naming.event_id(line.corrects),
        "retracts": line.retracts and naming.event_id(line.retracts),
        "reason": (line.reason or DEFAULT_REASON) if line.retracts else None,
    }
    return _without_nothing(values)


def _details(line: Line, naming: Naming) -> dict[str, str]:
    if line.type == HEARTBEAT or line.retracts is not None:
        return {}
    return {name: naming.event_id(value) if name == OWN_EVENT_DETAIL else value for name, value in line.details.items()}


def _in_clear(details: dict[str, str], event_type: EventType) -> dict[str, str]:
    if not event_type.details_sealed:
        return details
    return {name: value for name, value in details.items() if name == CLEAR_WHEN_ANONYMOUS}


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
