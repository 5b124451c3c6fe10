"""Contact requests of the region: which are open, and the line that answers one."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from vangnet_contract.contact import ANSWERS, CONTACT_ANSWER, GROUNDS, PURPOSES
from vangnet_contract.messages import ContactRequest

from vangnet_partner.feedback import Word


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A request as it stands. `own_id`: the partner's own id of the event it is about; None when it was not made here. `answers`: those
    that were sent from here. `text`: what is asked, in Dutch."""

    request: str
    own_id: str | None
    text: str
    purpose: str
    ground: str
    municipality: str | None
    urgent: bool
    asked_at: str
    answer_by: str | None
    answers: list[str]


def still_asked(
    words: Iterable[Word], own_id: Callable[[str], str | None], was_sent: Callable[[str], bool]
) -> list[Asked]:
    """The requests that were not taken back, in order. `was_sent`: whether a line with that own id was sent from here."""
    requests: dict[str, ContactRequest] = {}
    for word in words:
        if word.request is not None:
            requests[word.request.request] = word.request
    return [_asked(one, own_id, was_sent) for one in requests.values() if not one.withdrawn]


def answer_line(request: str, answer: str, ground: str, at: str) -> dict[str, Any]:
    """The line of a contactantwoord; the same answer twice is one event. `at`: RFC 3339."""
    return {
        "id": answer_id(request, answer),
        "type": CONTACT_ANSWER,
        "registeredAt": at,
        "occurredAt": at,
        "details": {"verzoek": request, "antwoord": answer, "grond": ground},
    }


def answer_id(request: str, answer: str) -> str:
    """Follows from both; a UUID, because an id of other form may not hold eight digits in a row."""
    return str(uuid5(NAMESPACE_URL, f"contactantwoord:{request}:{answer}"))


def problems(request: str, known: Iterable[Asked], answer: str, ground: str) -> list[str]:
    """Why this cannot be answered."""
    found = [] if any(one.request == request for one in known) else ["there is no such open contact request"]
    found += [] if answer in ANSWERS else [f"the answer must be one of {', '.join(ANSWERS)}"]
    return found + ([] if ground in GROUNDS else [f"the ground must be one of {', '.join(GROUNDS)}"])


def _asked(one: ContactRequest, own_id: Callable[[str], str | None], was_sent: Callable[[str], bool]) -> Asked:
    return Asked(
        request=one.request,
        own_id=own_id(one.id),
        text=PURPOSES.get(one.purpose, one.purpose),
        purpose=one.purpose,
        ground=one.ground,
        municipality=one.municipality,
        urgent=one.urgent,
        asked_at=one.at.isoformat(),
        answer_by=one.answer_by.isoformat() if one.answer_by else None,
        answers=[answer for answer in ANSWERS if was_sent(answer_id(one.request, answer))],
    )
