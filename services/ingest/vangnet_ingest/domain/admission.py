"""Whether an event may come in. The one decision of this service, used by both doors."""

from datetime import datetime
from typing import NamedTuple

from vangnet_contract.event import Event
from vangnet_contract.policy import Partner, Policy
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import event_types

from vangnet_ingest.domain import corrections, details, identity, permission, place, references, times
from vangnet_ingest.domain.case import TypedCase, case_of
from vangnet_ingest.domain.clear_identifiers import no_identifier_in_clear
from vangnet_ingest.domain.signature import signature_valid


class Admitted(NamedTuple):
    """It may come in, on this legal basis."""

    event: Event
    basis: str


class Refused(NamedTuple):
    """It may not, for all of these reasons."""

    problems: list[Problem]


Verdict = Admitted | Refused

CHECKS = (
    permission.source_of_partner,
    references.ids_have_form,
    references.incident_has_form,
    references.schema_has_form,
    times.times_readable,
    times.times_not_in_future,
    times.within_horizon,
    details.consent_date_valid,
    corrections.one_root,
    corrections.reason_with_retraction,
    corrections.retraction_is_bare,
    identity.seal_has_form,
    no_identifier_in_clear,
    signature_valid,
)
TYPE_CHECKS = (
    permission.cell_allows_type,
    permission.rights_desk_only,
    permission.answer_can_be_sealed,
    permission.identity_allowed,
    permission.basis_valid,
    place.municipality_exists,
    place.district_valid,
    place.heartbeat_time,
    details.details_valid,
    details.opaque_details_safe,
)
"""Checks that need to know what the event is about."""


def admit(event: Event, partner: Partner, policy: Policy, now: datetime) -> Verdict:
    """Every problem is collected; the order of the checks does not matter. `now` is the moment of receipt."""
    case = case_of(event, partner, policy, now)
    problems = [problem for check in CHECKS for problem in check(case)]
    if (event_type := event_types().get(event.type)) is None:
        problems.append(Problem(Reason.UNKNOWN_TYPE, "type", "is not in the list of event types"))
    else:
        typed = TypedCase(case, event_type)
        problems += [problem for check in TYPE_CHECKS for problem in check(typed)]
    return Refused(problems) if problems else Admitted(event, permission.basis_of(case))
