"""The event that a partner sends: a CloudEvent 1.0 in structured JSON, read strictly and without changing a byte."""

import json
import re
from typing import Any, Literal

import msgspec

from vangnet_contract.reasons import Problem, Reason

MAX_BYTES = 64 * 1024
CONTENT_TYPE = "application/cloudevents+json"
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"
SOURCE_FORM = re.compile(r"urn:nld:oin:\d{20}:systeem:[a-z0-9-]{1,40}")

SignedAttributes = ("id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time")
RetractReason = Literal["onjuist", "dubbel", "verkeerde-persoon", "anders"]


class Release(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """`vrijgave`: narrows what may be released of this event, never widens it."""

    niveau: Literal["niets", "aanwezigheid", "soort", "datum"]
    toestemming_datum: str | None = None


class SealedIdentity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Who it is about, for the linker only: HPKE `enc ‖ ct` in base64url without padding."""

    key_id: str
    scheme: str
    epoch: int
    sealed: str


class EventData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """`data` of the event. Times are RFC 3339 strings as sent: the seal is bound to their exact form."""

    occurred_at: str
    municipality: str | None = None
    district: str | None = None
    incident: str | None = None
    grondslag: str | None = None
    vrijgave: Release | None = None
    identity: SealedIdentity | None = None
    details: dict[str, str] = {}
    corrects: str | None = None
    retracts: str | None = None
    reason: RetractReason | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as read; `data_bytes` is the JSON value of `data` as sent, first to last byte (the signature covers it)."""

    id: str
    source: str
    type: str
    time: str
    datacontenttype: str
    dataschema: str | None
    dssematerial: str | None
    data: EventData
    data_bytes: bytes

    @property
    def root_id(self) -> str:
        """The id of the event that this one is, corrects or retracts."""
        return self.data.corrects or self.data.retracts or self.id

    @property
    def attributes(self) -> dict[str, str]:
        """The context attributes that the signature covers, those present only."""
        values = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "time": self.time,
            "datacontenttype": self.datacontenttype,
            "dataschema": self.dataschema,
        }
        return {name: value for name, value in values.items() if value is not None}


class _Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    time: str
    datacontenttype: Literal["application/json"]
    data: msgspec.Raw
    dataschema: str | None = None
    dssematerial: str | None = None


_envelope = msgspec.json.Decoder(_Envelope)
_data = msgspec.json.Decoder(EventData)


def read_event(raw: bytes) -> Event | list[Problem]:
    """Reads one event. What is not an event comes back as the list of everything wrong with its form."""
    if len(raw) > MAX_BYTES:
        return [Problem(Reason.TOO_LARGE, "", f"is {len(raw)} bytes, at most {MAX_BYTES}")]
    try:
        envelope = _envelope.decode(raw)
        data = _data.decode(envelope.data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _form_problems(raw)
    try:
        _without_duplicates(raw.decode())
    except _Twice:
        return _duplicate_members(raw)
    return Event(
        id=envelope.id,
        source=envelope.source,
        type=envelope.type,
        time=envelope.time,
        datacontenttype=envelope.datacontenttype,
        dataschema=envelope.dataschema,
        dssematerial=envelope.dssematerial,
        data=data,
        data_bytes=bytes(envelope.data),
    )


class _Twice(Exception):
    """A member is given more than once."""


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Twice
    return members


_without_duplicates = json.JSONDecoder(object_pairs_hook=_members_once).decode


def _duplicate_members(raw: bytes) -> list[Problem]:
    """JSON readers differ in which of two equal members they take: such an event could be signed as one and read as another."""
    problems: list[Problem] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1 and _is_member_name(name)})
            problems.append(Problem(Reason.DUPLICATE_MEMBER, twice[0] if twice else "", "is given more than once"))
        return members

    json.loads(raw, object_pairs_hook=members)
    return problems


def _form_problems(raw: bytes) -> list[Problem]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return [Problem(Reason.NOT_JSON, "", "is not JSON in UTF-8")]
    if not isinstance(value, dict):
        return [Problem(Reason.WRONG_VALUE, "", "must be a JSON object")]
    problems = [*_duplicate_members(raw), *_member_problems(_Envelope, value, "")]
    if isinstance(value.get("data"), dict):
        problems += _member_problems(EventData, value["data"], "data.")
    elif "data" in value:
        problems.append(Problem(Reason.WRONG_VALUE, "data", "must be a JSON object"))
    return problems or [Problem(Reason.NOT_JSON, "", "is not JSON in UTF-8")]


def _member_problems(struct: type[msgspec.Struct], value: dict[str, Any], path: str) -> list[Problem]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    problems = [
        Problem(
            Reason.UNKNOWN_MEMBER,
            path + name if _is_member_name(name) else path.rstrip("."),
            "is not a member of this object",
        )
        for name in value.keys() - fields.keys()
    ]
    for name, field in fields.items():
        if name not in value:
            if field.required:
                problems.append(Problem(Reason.MISSING_MEMBER, path + name, "is required"))
        elif field.type is not msgspec.Raw:
            problems += _value_problems(field.type, value[name], path + name)
    return problems


def _value_problems(kind: Any, value: Any, path: str) -> list[Problem]:
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, UnicodeEncodeError):  # half of a surrogate pair is no text
        return [Problem(Reason.WRONG_VALUE, path, "has a value of the wrong kind")]
    return []


def _is_member_name(name: str) -> bool:
    """A partner's own member name may itself be an identifier: only harmless ones are repeated."""
    return bool(re.fullmatch(r"[A-Za-z]{1,32}", name))
