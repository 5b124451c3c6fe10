"""What the admission matrix allows this partner to send: type, person, legal basis."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from vangnet_contract.policy import Cell
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import ACCESS, RIGHTS_DESK_TYPES

from vangnet_ingest.domain.case import Case, TypedCase

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NO_BASIS = ""
"""Basis of an event without a person in a cell that names none."""


def basis_of(case: Case) -> str:
    """The legal basis that an admitted event rests on: the one it names, else the first of the cell."""
    return case.event.data.grondslag or next(iter(_bases(case.cell)), NO_BASIS)


def source_of_partner(case: Case) -> Iterator[Problem]:
    """The source is one of the sending partner's."""
    if case.event.source not in case.partner.sources:
        yield Problem(Reason.SOURCE_NOT_YOURS, "source", "is not a source of the sending partner")


def cell_allows_type(typed: TypedCase) -> Iterator[Problem]:
    """The matrix has a cell for it. What a partner may no longer send it may still take back."""
    cell = typed.case.cell
    if not typed.case.is_retraction and (cell is None or cell.admission == "forbidden"):
        yield Problem(Reason.TYPE_NOT_ALLOWED, "type", "is not allowed for this partner in the admission matrix")


def rights_desk_only(typed: TypedCase) -> Iterator[Problem]:
    """Objection, access and erasure come from a rights desk."""
    if typed.event_type.type in RIGHTS_DESK_TYPES and not typed.case.partner.rights_desk:
        yield Problem(Reason.RIGHTS_DESK_ONLY, "type", "comes only from partners that the policy names as rights desk")


def answer_can_be_sealed(typed: TypedCase) -> Iterator[Problem]:
    """What is held about somebody is told to the desk that asked and to nobody else."""
    case = typed.case
    if typed.event_type.type == ACCESS and not case.is_retraction and case.answer_key is None:
        yield Problem(
            Reason.NO_ANSWER_KEY, "type", "cannot be answered: keys.yaml has no valid answer key of this partner"
        )


def identity_allowed(typed: TypedCase) -> Iterator[Problem]:
    """Neither the type nor the cell forbids a person."""
    if typed.case.event.data.identity is None:
        return
    if typed.event_type.identity == "forbidden":
        yield Problem(Reason.IDENTITY_NOT_ALLOWED, "data.identity", "does not go with this type")
    elif typed.case.cell is not None and typed.case.cell.admission == "aggregate-only":
        yield Problem(
            Reason.IDENTITY_NOT_ALLOWED, "data.identity", "must be absent: the policy marks this aggregate-only"
        )


def basis_valid(typed: TypedCase) -> Iterator[Problem]:
    """The decision behind the cell still holds, and a basis that the event names is one of the cell's.

    A cell without bases is aggregate-only: its events are about nobody and need none. A retraction needs none either.
    """
    case, cell = typed.case, typed.case.cell
    if case.is_retraction or cell is None:
        return
    if cell.geldig_tot is not None and case.now.astimezone(AMSTERDAM).date() > cell.geldig_tot:
        yield Problem(Reason.NO_BASIS, "type", "rests on a decision (geldigTot) that has ended")
    named = case.event.data.grondslag
    if named is not None and named not in cell.grondslag:
        yield Problem(Reason.NO_BASIS, "data.grondslag", _basis_rule(cell))


def _basis_rule(cell: Cell) -> str:
    return (
        f"must be one of {', '.join(cell.grondslag)}"
        if cell.grondslag
        else "must be absent: the policy names none here"
    )


def _bases(cell: Cell | None) -> list[str]:
    return cell.grondslag if cell else []
