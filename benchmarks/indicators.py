"""indicators: exactly once, counts and rules. Cold = people not seen before; hot = the same people again."""

import random
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

from vangnet_contract.messages import EventKey, EventRecord, PersonChanged, encode
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
        return [self._outgoing(change) for change in changes]

    def _outgoing(self, change: PersonChanged) -> Outgoing:
        key = change.person.encode()
        place = partition_for(key, PERSON_PARTITIONS)
        self._numbers[place] += 1
        headers = (*control_headers(), header("linker/0", self._numbers[place]))
        return Outgoing(PERSONS, place, key, encode(change), headers)


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """One event a person, then more for the same people in another order."""
    people = [secrets.token_hex(16) for _ in range(int(PEOPLE * scale))]
    again = people * HOT_EACH
    random.Random(1).shuffle(again)
    linker, before = Linker(), 0
    ground.reset()
    for what, persons in (("people not seen before", people), ("people seen before", again)):
        messages = linker.says(_change(person) for person in persons)
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


def _change(person: str) -> PersonChanged:
    now = datetime.now(UTC)
    at = now - timedelta(days=random.Random(secrets.randbits(64)).uniform(0, 365))
    row = event_types()[sealed.TYPE]
    key = EventKey("urn:nld:oin:00000000000000000101:systeem:bvh", secrets.token_hex(8))
    record = EventRecord(
        event=key,
        revision=0,
        type=sealed.TYPE,
        group=row.group,
        event_class=row.event_class,
        occurred_at=at,
        registered_at=at,
        received_at=now,
        municipality=secrets.choice(sealed.PLACES),
        partner=sealed.PARTNER,
    )
    return PersonChanged(person=person, at=now, cause=key, added=[record])
