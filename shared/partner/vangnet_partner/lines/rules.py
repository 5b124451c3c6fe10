"""Which lines are refused here, before anything of them is sent. Field paths are those of the line."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from vangnet_contract.clear_text import REFERENCE_FORM, REFERENCE_RULE, in_reference
from vangnet_contract.municipalities import district_in, municipalities
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import HEARTBEAT, OPAQUE, EventType, detail_problems, event_types

from vangnet_partner.lines.line import Line

OWN_EVENT_DETAIL = "melding"  # a detail that names an event of the partner itself: goes the way of its own ids

_RFC3339 = re.compile(r"(19[7-9]\d|2\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]([ -~]{0,126}[!-~])?")
_NEVER = datetime.max.replace(tzinfo=UTC)
_BASIS = re.compile(r"[a-z][a-z0-9-]{1,40}")


def line_problems(line: Line, own_ids: bool) -> list[Problem]:
    """Every rule that the line breaks. `own_ids`: its ids are published as they are."""
    event_type = event_types().get(line.type)
    if event_type is None:
        unknown = Problem(Reason.UNKNOWN_TYPE, "type", "is not in the list of event types")
        return [*_ids(line, own_ids), *_times(line), unknown]
    return [problem for check in CHECKS for problem in check(line, event_type, own_ids)]


def moment(text: str) -> datetime | None:
    """The time that an RFC 3339 text with offset says; None when it is not one."""
    try:
        return datetime.fromisoformat(text) if _RFC3339.fullmatch(text) else None
    except ValueError:
        return None


def _ids(line: Line, own_ids: bool) -> Iterator[Problem]:
    named = {"id": line.id, "corrects": line.corrects, "retracts": line.retracts}
    for field, value in named.items():
        if value is not None:
            yield from _reference(line, field, value, published=own_ids)
    if line.incident is not None:
        yield from _reference(line, "incident", line.incident, published=own_ids)


def _reference(line: Line, field: str, value: str, published: bool) -> Iterator[Problem]:
    """What is published has to pass at ingest, by the same rule; there `now` is when it comes in, hardly later."""
    if not published:
        if not _PRINTABLE.fullmatch(value):
            yield Problem(Reason.WRONG_VALUE, field, "must be 1 to 128 printable ASCII characters")
    elif not REFERENCE_FORM.fullmatch(value):
        yield Problem(Reason.WRONG_VALUE, field, REFERENCE_RULE)
    elif kind := in_reference(value, moment(line.registered_at) or _NEVER):
        yield Problem(Reason.IDENTIFIER_IN_CLEAR, field, f"holds what looks like {kind}")


def _ids_of(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    yield from _ids(line, own_ids)


def _times(line: Line) -> Iterator[Problem]:
    rule = "must be a date and time with offset (RFC 3339), such as 2026-03-01T01:40:00+01:00"
    for field, value in (("registeredAt", line.registered_at), ("occurredAt", line.occurred_at)):
        if value is not None and moment(value) is None:
            yield Problem(Reason.TIME_INVALID, field, rule)


def _times_of(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    yield from _times(line)
    if line.occurred_at is None:
        if line.type != HEARTBEAT and line.retracts is None:
            yield Problem(Reason.MISSING_MEMBER, "occurredAt", "is required")
    elif line.type == HEARTBEAT and moment(line.occurred_at) != moment(line.registered_at):
        yield Problem(Reason.TIME_INVALID, "occurredAt", "of a levensteken equals registeredAt, or is left out")


def _place(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    if event_type.municipality == "forbidden":
        for field, value in (("municipality", line.municipality), ("district", line.district)):
            if value is not None:
                yield Problem(Reason.UNKNOWN_MEMBER, field, "does not go with this type")
    elif line.municipality is None:
        if event_type.municipality == "required" and line.retracts is None:
            yield Problem(Reason.MISSING_MEMBER, "municipality", "is required for this type")
        if line.district is not None:
            yield Problem(Reason.DISTRICT_INVALID, "district", "needs a municipality")
    else:
        yield from _codes(line.municipality, line.district)


def _codes(municipality: str, district: str | None) -> Iterator[Problem]:
    if municipality not in municipalities():
        yield Problem(Reason.UNKNOWN_MUNICIPALITY, "municipality", "is not a CBS code (GMxxxx) of a municipality")
    elif district is not None and not district_in(district, municipality):
        rule = f"must be WK{municipality[2:]} and two digits: a district of the municipality"
        yield Problem(Reason.DISTRICT_INVALID, "district", rule)


def _details(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    if line.retracts is not None:
        if line.details:
            yield Problem(Reason.DETAILS_INVALID, "details", "do not go with a retraction")
        return
    for name, rule in detail_problems(event_type, line.details):
        if not _left_out(name, rule, line, event_type):
            yield Problem(Reason.DETAILS_INVALID, f"details.{_known(name, event_type)}", rule)
    for name, values in event_type.details.items():
        if values == (OPAQUE,) and name in line.details and (own_ids or name != OWN_EVENT_DETAIL):
            yield from _reference(line, f"details.{name}", line.details[name], published=True)


def _left_out(name: str, rule: str, line: Line, event_type: EventType) -> bool:
    """S3 and S4 about nobody: only `fase` is sent, so that nothing else need be known."""
    return event_type.details_sealed and line.person is None and name not in line.details and name != "fase"


def _known(name: str, event_type: EventType) -> str:
    return name if name in event_type.details else "(a member)"


def _person(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    if line.person is not None and event_type.identity == "forbidden":
        yield Problem(Reason.IDENTITY_NOT_ALLOWED, "person", "does not go with this type")


def _references(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    named = [field for field in ("corrects", "retracts") if getattr(line, field) is not None]
    if len(named) == 2:
        yield Problem(Reason.CORRECTION_INVALID, "retracts", "does not go with corrects: give one of them")
    for field in named:
        if getattr(line, field) == line.id:
            yield Problem(Reason.CORRECTION_INVALID, field, "must be the id of the root event, not of this line")
        if line.type == HEARTBEAT:
            yield Problem(Reason.CORRECTION_INVALID, field, "does not go with a levensteken")
    if line.reason is not None and line.retracts is None:
        yield Problem(Reason.CORRECTION_INVALID, "reason", "only goes with retracts")


def _basis(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    if line.grondslag is not None and not _BASIS.fullmatch(line.grondslag):
        yield Problem(Reason.NO_BASIS, "grondslag", "must be the code of a legal basis: small letters, digits and -")
    given = line.vrijgave.toestemming_datum if line.vrijgave else None
    if given is not None and not _is_date(given):
        yield Problem(Reason.WRONG_VALUE, "vrijgave.toestemmingDatum", "must be a date, such as 2026-03-01")


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _heartbeat(line: Line, event_type: EventType, own_ids: bool) -> Iterator[Problem]:
    if line.type == HEARTBEAT and line.incident is not None:
        yield Problem(Reason.UNKNOWN_MEMBER, "incident", "does not go with this type")


CHECKS = (_ids_of, _times_of, _place, _details, _person, _references, _basis, _heartbeat)


def repeated_with_other_content(first_line: int) -> Iterable[Problem]:
    """One id for two things: the second is refused, for the answer could belong to either."""
    return [Problem(Reason.ID_REUSED, "id", f"was used in line {first_line} for something else")]
