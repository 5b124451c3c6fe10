"""Details: closed values only, and in clear only where the type is not sensitive."""

from collections.abc import Iterator
from datetime import date

import msgspec
from vangnet_contract.clear_text import REFERENCE_FORM, REFERENCE_RULE
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import OPAQUE, EventType, detail_problems

from vangnet_ingest.domain.case import Case, TypedCase
from vangnet_ingest.domain.references import shown

CLEAR_WITHOUT_PERSON = "fase"
"""The one detail of an S3 or S4 event that is in clear, when the event is about nobody."""


def details_valid(typed: TypedCase) -> Iterator[Problem]:
    """As the taxonomy lists them. A retraction has none (see corrections)."""
    case = typed.case
    if case.is_retraction:
        return
    given = case.event.data.details
    if typed.event_type.details_sealed and case.event.data.identity is not None:
        if given:
            yield Problem(
                Reason.DETAILS_INVALID, "data.details", "must be empty: details of this type go inside the seal"
            )
        return
    for name, rule in detail_problems(_in_clear(typed.event_type), given):
        yield Problem(Reason.DETAILS_INVALID, f"data.details.{shown(name)}", rule)


def opaque_details_safe(typed: TypedCase) -> Iterator[Problem]:
    """A detail that refers to something of the contract holds a reference, not a text."""
    for name, value in typed.case.event.data.details.items():
        if typed.event_type.details.get(name) == (OPAQUE,) and not REFERENCE_FORM.fullmatch(value):
            yield Problem(Reason.DETAILS_INVALID, f"data.details.{shown(name)}", REFERENCE_RULE)


def consent_date_valid(case: Case) -> Iterator[Problem]:
    """`vrijgave.toestemmingDatum` is a date, not a text, and has come."""
    release = case.event.data.vrijgave
    text = release.toestemming_datum if release else None
    if text is None:
        return
    if (day := _date(text)) is None:
        yield Problem(Reason.WRONG_VALUE, "data.vrijgave.toestemmingDatum", "must be a date, such as 2026-03-01")
    elif case.time is not None and day > case.time.date():
        yield Problem(Reason.TIME_IN_FUTURE, "data.vrijgave.toestemmingDatum", "is after time")


def _in_clear(event_type: EventType) -> EventType:
    """The type with the details that an event about nobody, or one that is not sensitive, has in clear."""
    if not event_type.details_sealed:
        return event_type
    return msgspec.structs.replace(
        event_type,
        details={name: values for name, values in event_type.details.items() if name == CLEAR_WITHOUT_PERSON},
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 and text.isascii() else None
    except ValueError:
        return None
