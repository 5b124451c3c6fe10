"""What becomes of a line, as `submit` prints it."""

from typing import Literal

import msgspec
from vangnet_contract.messages import FeedbackProblem, explained
from vangnet_contract.reasons import Problem

Status = Literal["accepted", "rejected", "spooled", "unsent"]
Judge = Literal["partner", "platform"]

AWAY = "away"
EVALUATOR_MISTRUSTED = "evaluator-mistrusted"
SPOOL_FULL = "spool-full"
NOT_ANSWERED = "not-answered"
NOT_ALL_SENT = "not-all-sent"


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`line` counts from 1; null for a line that waited in the spool. `id` is the partner's own.

    accepted, rejected: final; `by` says whose word it is. spooled: kept here, encrypted, and sent again by the next
    `submit` or `run`. unsent: not kept either (the spool is full); submit the same file again.
    """

    line: int | None
    id: str | None
    event_id: str | None
    status: Status
    by: Judge
    problems: list[FeedbackProblem] = []


def refused_here(line: int | None, own_id: str | None, problems: list[Problem]) -> Answer:
    """A line that breaks the rules of the input; nothing of it was sent."""
    told = [explained(problem) for problem in problems]
    return Answer(line=line, id=own_id, event_id=None, status="rejected", by="partner", problems=told)


def obstacle(reason: str, rule: str, field: str = "") -> FeedbackProblem:
    """Why a line was not sent or not answered: not a fault of the line."""
    return FeedbackProblem(reason=reason, field=field, rule=rule, explanation=EXPLANATIONS[reason])


EXPLANATIONS = {
    AWAY: "Een onderdeel is niet bereikbaar. De melding wordt later opnieuw verstuurd.",
    EVALUATOR_MISTRUSTED: "Een evaluator gebruikt een andere sleutel dan is afgesproken. Er is niets verstuurd. Bel de beheerder.",
    SPOOL_FULL: "De wachtrij op deze computer is vol. Verstuur het bestand later opnieuw.",
    NOT_ALL_SENT: "Eerst moet alles van daarvoor zijn verstuurd.",
    NOT_ANSWERED: "Er kwam geen antwoord. De melding wordt later opnieuw verstuurd.",
}
