"""Where: municipality and district."""

from collections.abc import Iterator

from vangnet_contract.municipalities import district_in, municipalities
from vangnet_contract.reasons import Problem, Reason

from vangnet_ingest.domain.case import TypedCase


def municipality_exists(typed: TypedCase) -> Iterator[Problem]:
    """A CBS code of the shipped table; given or left out as the type says. A retraction may leave it out."""
    code, wanted = typed.case.event.data.municipality, typed.event_type.municipality
    if code is None:
        if wanted == "required" and not typed.case.is_retraction:
            yield Problem(Reason.UNKNOWN_MUNICIPALITY, "data.municipality", "is required for this type")
    elif wanted == "forbidden":
        yield Problem(Reason.WRONG_VALUE, "data.municipality", "must be absent for this type")
    elif code not in municipalities():
        yield Problem(Reason.UNKNOWN_MUNICIPALITY, "data.municipality", "is not a CBS code (GMxxxx) of a municipality")


def district_valid(typed: TypedCase) -> Iterator[Problem]:
    """A district of the municipality; none where it would single someone out (S3, S4) or where there is no place."""
    data = typed.case.event.data
    if data.district is None:
        return
    if typed.event_type.details_sealed or typed.event_type.municipality == "forbidden":
        yield Problem(Reason.DISTRICT_INVALID, "data.district", "must be absent for this type")
    elif not district_in(data.district, data.municipality or ""):
        rule = "must be WK, the four digits of the municipality and two more"
        yield Problem(Reason.DISTRICT_INVALID, "data.district", rule)


def heartbeat_time(typed: TypedCase) -> Iterator[Problem]:
    """A type without a place (levensteken) is about `time` itself."""
    case = typed.case
    if typed.event_type.municipality == "forbidden" and case.occurred_at != case.time:
        yield Problem(Reason.TIME_INVALID, "data.occurredAt", "must equal time for this type")
