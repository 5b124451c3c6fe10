"""indicators: exactly once, counts and rules. Cold = people not seen before; hot = the same people again."""

import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

from vangnet_contract.messages import AreaEvent, EventKey, EventRecord, PersonChanged, encode
from vangnet_contract.stamp import control_headers
from vangnet_contract.taxonomy import event_types
from vangnet_contract.topics import PERSON_PARTITIONS, PERSONS
from vangnet_runtime.records import Outgoing, partition_for
from vangnet_runtime.sequence import header

from benchmarks import floors, sealed
from benchmarks.figure import Figure, Target
from benchmarks.ground import Ground
from benchmarks.linker import progress
from benchmarks.log import fill, producing
from benchmarks.meter import measure

PEOPLE = 10_000
HOT_EACH = 2
KAFKA_STREAMS = Target(69_000)
"""Exactly-once there, without deduplication or retraction (engine.md); measured beside it once peers.py has it."""


class Linker:
    """Numbers messages as the linker does."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = defaultdict(int)

    def says(self, changes: Iterable[PersonChanged]) -> list[Outgoing]:
        """On the person's partition."""
        return [self._outgoing(change.person.encode(), change) for change in changes]

    def says_both(self, changes: Iterable[PersonChanged]) -> list[Outgoing]:
        """Also for the area's counts, as it does for every located event: two messages an event."""
        return [said for change in changes for said in (*self.says([change]), *map(self._area, change.added))]

    def _area(self, record: EventRecord) -> Outgoing:
        key = f"{record.event.source}|{record.event.id}".encode()
        return self._outgoing(key, AreaEvent(change="added", record=record, traceable=True))

    def _outgoing(self, key: bytes, message: PersonChanged | AreaEvent) -> Outgoing:
        place = partition_for(key, PERSON_PARTITIONS)
        self._numbers[place] += 1
        headers = (*control_headers(), header("linker/0", self._numbers[place]))
        return Outgoing(PERSONS, place, key, encode(message), headers)


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """One event a person, then more for the same people in another order."""
    people = [secrets.token_hex(16) for _ in range(int(PEOPLE * scale))]
    again = people * HOT_EACH
    random.Random(1).shuffle(again)
    linker, before = Linker(), 0
    ground.reset()
    for what, persons in (("people not seen before", people), ("people seen before", again)):
        messages = linker.says(change_of(person) for person in persons)
        async with producing(ground.kafka) as producer:
            await fill(producer, messages)
        begin = before
        before += len(messages)
        decoded = await floors.consume_and_decode(
            ground.kafka, PERSONS, before, floors.decode_persons, PERSON_PARTITIONS
        )
        async with progress(ground.dsn(), "indicators") as position:

            async def done(begin: int = begin) -> int:
                return await position() - begin

            with ground.running("indicators"):
                found = await measure(len(messages), done, lambda: ground.cpu_seconds("indicators"))
        yield Figure("indicators", what, found.rate, "events/s", KAFKA_STREAMS, decoded, found.beside)


def change_of(person: str, days: float = 365) -> PersonChanged:
    """One event of the past so many days comes to a person."""
    now = datetime.now(UTC)
    record = record_of(now - timedelta(days=random.Random(secrets.randbits(64)).uniform(0, days)))
    return PersonChanged(person=person, at=now, cause=record.event, added=[record])


def record_of(at: datetime) -> EventRecord:
    """An event of then, with an id of its own."""
    row = event_types()[sealed.TYPE]
    return EventRecord(
        event=EventKey("urn:nld:oin:00000000000000000101:systeem:bvh", secrets.token_hex(8)),
        revision=0,
        type=sealed.TYPE,
        group=row.group,
        event_class=row.event_class,
        occurred_at=at,
        registered_at=at,
        received_at=datetime.now(UTC),
        municipality=secrets.choice(sealed.PLACES),
        partner=sealed.PARTNER,
    )
