"""Names that a partner gives: event ids, incident, data schema. They may not be texts."""

import re
from collections.abc import Iterator

from vangnet_contract.clear_text import REFERENCE_FORM, REFERENCE_RULE, says_nothing
from vangnet_contract.reasons import Problem, Reason

from vangnet_ingest.domain.case import Case

SCHEMA_FORM = re.compile(r"(?:https://|urn:)[A-Za-z0-9._:/#-]{1,250}")

_MEMBER = re.compile(r"[A-Za-z]{1,32}")


def shown(name: str) -> str:
    """A member's name may itself be an identifier: only harmless ones are repeated."""
    return name if _MEMBER.fullmatch(name) else "(a member)"


def event_ids(case: Case) -> list[tuple[str, str]]:
    """(field, value) of each event id that the event holds."""
    data = case.event.data
    named = (("id", case.event.id), ("data.corrects", data.corrects), ("data.retracts", data.retracts))
    return [(field, value) for field, value in named if value is not None]


def ids_have_form(case: Case) -> Iterator[Problem]:
    """Short and of safe characters; where the region does not allow own ids, keyed ids or UUIDs only."""
    for field, value in event_ids(case):
        if not REFERENCE_FORM.fullmatch(value):
            yield Problem(Reason.WRONG_VALUE, field, REFERENCE_RULE)
        elif not case.policy.region.own_ids and not says_nothing(value):
            yield Problem(Reason.WRONG_VALUE, field, "must be 32 letters a-p (as vangnet-partner makes) or a UUID")


def incident_has_form(case: Case) -> Iterator[Problem]:
    """As an id."""
    incident = case.event.data.incident
    if incident is not None and not REFERENCE_FORM.fullmatch(incident):
        yield Problem(Reason.WRONG_VALUE, "data.incident", REFERENCE_RULE)


def schema_has_form(case: Case) -> Iterator[Problem]:
    """`dataschema` is an address, not a text."""
    schema = case.event.dataschema
    if schema is not None and not SCHEMA_FORM.fullmatch(schema):
        yield Problem(Reason.WRONG_VALUE, "dataschema", "must be an https or urn address of at most 250 characters")
