"""`vangnet-partner check`: what would happen to each line, without a network and without sending anything."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from vangnet_contract.messages import FeedbackProblem, explained
from vangnet_contract.taxonomy import event_types
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.scheme import V2, form_of, inputs_of

from vangnet_partner.drafting import carries_identity
from vangnet_partner.lines.line import Line, Unreadable, read_line
from vangnet_partner.lines.survey import Numbered, Survey

KINDS = {kind.number: kind.name for kind in V2.kinds}


class Note(msgspec.Struct, frozen=True):
    """Something worth knowing of a line that is not refused; never a value."""

    field: str
    rule: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """`tokens`: the kinds of token that the person would get; none = sent without a person."""

    line: int
    id: str | None
    status: Literal["ok", "refused"]
    tokens: list[str] = []
    notes: list[Note] = []
    problems: list[FeedbackProblem] = []


def checked(lines: Iterable[Numbered], seen: Survey, partner: str) -> Iterator[Checked]:
    """One for each line, in order; `seen` is the survey of the same lines."""
    for number, raw in lines:
        refusal = seen.refused.get(number)
        if refusal is not None:
            problems = [explained(problem) for problem in refusal.problems]
            yield Checked(line=number, id=refusal.own_id, status="refused", problems=problems)
        elif not isinstance(line := read_line(raw), Unreadable):
            tokens, notes = _person(line, partner)
            yield Checked(
                line=number, id=line.id, status="ok", tokens=tokens, notes=[*notes, *_left_out(line, bool(tokens))]
            )


def _person(line: Line, partner: str) -> tuple[list[str], list[Note]]:
    if line.person is None:
        return [], []
    if not carries_identity(line):
        return [], [Note("person", "is left out: a retraction is about the event, whoever it was about")]
    return _tokens(line.person, partner)


def _tokens(person: Person, partner: str) -> tuple[list[str], list[Note]]:
    fields, left_out = form_of(person)
    tokens = [KINDS[kind] for kind, _ in inputs_of(fields, partner)]
    notes = [Note(f"person.{note.field}", f"{note.rule}: it makes no token") for note in left_out]
    if not tokens:
        notes.append(Note("person", "gives no token: the event is sent without a person"))
    return tokens, notes


def _left_out(line: Line, with_identity: bool) -> Iterator[Note]:
    event_type = event_types()[line.type]
    if not event_type.details_sealed:
        return
    if line.district is not None:
        yield Note("district", f"is left out: {event_type.sensitivity} events have none")
    if not with_identity and line.details.keys() - {"fase"}:
        yield Note("details", f"are left out but for fase: {event_type.sensitivity} details go with a person only")
