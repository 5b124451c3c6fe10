"""The form of corrections and retractions. Whether the root exists is the linker's to say."""

from collections.abc import Iterator

from vangnet_contract.reasons import Problem, Reason

from vangnet_ingest.domain.case import Case


def one_root(case: Case) -> Iterator[Problem]:
    """It corrects or it retracts, and another event than itself."""
    data = case.event.data
    if data.corrects is not None and data.retracts is not None:
        yield Problem(Reason.CORRECTION_INVALID, "data.retracts", "does not go with corrects: give one of them")
    for field, root in (("data.corrects", data.corrects), ("data.retracts", data.retracts)):
        if root == case.event.id:
            yield Problem(Reason.CORRECTION_INVALID, field, "must be the id of the root event, not of this event")


def reason_with_retraction(case: Case) -> Iterator[Problem]:
    """Whoever takes an event back says why; nobody else does."""
    reason = case.event.data.reason
    if case.is_retraction and reason is None:
        yield Problem(Reason.CORRECTION_INVALID, "data.reason", "is required with retracts")
    elif reason is not None and not case.is_retraction:
        yield Problem(Reason.CORRECTION_INVALID, "data.reason", "only goes with retracts")


def retraction_is_bare(case: Case) -> Iterator[Problem]:
    """A retraction carries no person and no details."""
    data = case.event.data
    if not case.is_retraction:
        return
    if data.identity is not None:
        yield Problem(Reason.CORRECTION_INVALID, "data.identity", "does not go with a retraction")
    if data.details:
        yield Problem(Reason.CORRECTION_INVALID, "data.details", "do not go with a retraction")
