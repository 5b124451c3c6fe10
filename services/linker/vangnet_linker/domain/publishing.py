"""What a step's effects become on which topic: pure, so that the same log always gives the same messages."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import CHUNK, AreaEvent, EventKey, EventRecord, PartnerReply, PersonChanged
from vangnet_contract.topics import EVENTS_REJECTED, PERSONS, feedback

from vangnet_linker.domain.effects import Area, Effects
from vangnet_linker.domain.registry import Moved


class Publication(NamedTuple):
    """A message on its way: `key` orders it; `everywhere` = one copy to each partition."""

    topic: str
    key: bytes
    message: msgspec.Struct
    everywhere: bool = False


def publications(effects: Effects, at: datetime | None, cause: EventKey | None) -> Iterator[Publication]:
    """Persons first, then area counts, answers, and last what is forwarded: a Tick comes after its own effects.

    `at`: when the message was received, or the Tick's time; only these two change persons.
    """
    for moved in effects.moved:
        assert at is not None
        yield from _person_changes(moved, at, cause)
    for area in effects.areas:
        yield Publication(
            PERSONS, area_key(area), AreaEvent(change=area.change, record=area.record, traceable=area.traceable)
        )
    for partner, answer in effects.feedback:
        yield Publication(feedback(partner), answer.id.encode(), answer)
    for rejected in effects.rejected:
        yield Publication(EVENTS_REJECTED, rejected.partner.encode(), rejected)
    for reply in effects.replies:
        yield Publication(PERSONS, reply_key(reply), reply)
    for asked, _ in effects.access:  # after what changed the person, on the same partition
        yield Publication(PERSONS, (asked.person or asked.event.id).encode(), asked)
    for message in effects.forward:
        yield Publication(PERSONS, b"all", message, everywhere=True)


def reply_key(reply: PartnerReply) -> bytes:
    """Everything about one reply keeps its order."""
    return f"{reply.event.source}|{reply.event.id}".encode()


def area_key(area: Area) -> bytes:
    """One incident counts once: its events meet on one partition. Without an incident the event stands for itself."""
    record = area.record
    named = (record.partner, record.incident) if record.incident else (record.event.source, record.event.id)
    return "|".join(named).encode()


def _person_changes(moved: Moved, at: datetime, cause: EventKey | None) -> Iterator[Publication]:
    person = moved.person.hex()
    key = person.encode()
    chunks = list(_chunks(moved.removed, moved.added))
    for number, (removed, added) in enumerate(chunks, start=1):
        change = PersonChanged(
            person=person, at=at, cause=cause, removed=removed, added=added, more=number < len(chunks)
        )
        yield Publication(PERSONS, key, change)


def _chunks(
    removed: list[EventRecord], added: list[EventRecord]
) -> Iterator[tuple[list[EventRecord], list[EventRecord]]]:
    if len(removed) + len(added) <= CHUNK:
        yield removed, added
        return
    for start in range(0, len(removed) + len(added), CHUNK):
        end = start + CHUNK
        yield removed[start:end], added[max(0, start - len(removed)) : max(0, end - len(removed))]
