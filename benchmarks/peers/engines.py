"""The peers: how each is started, and how far it is.

At least once: results that can be read count, whether or not state and offsets are safe yet; that favours these peers.
Exactly once: what the group has committed counts; results can be read from then on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from vangnet_contract.topics import PERSON_PARTITIONS, PERSONS

from benchmarks.log import watching
from benchmarks.peers import builds

Done = Callable[[], Awaitable[int]]


class Place(NamedTuple):
    """Where a peer works."""

    kafka: str
    output: str
    folder: Path


class Command(NamedTuple):
    """What to run."""

    argv: Sequence[str]
    env: Mapping[str, str] = {}


class Peer(NamedTuple):
    """One engine.

    `command` builds it first and may raise NotBuilt; `exactly_once`: how far it is, is what it committed; `share` of the people:
    fewer for one that would take many minutes, which favours it.
    """

    name: str
    command: Callable[[str, Place], Command]
    exactly_once: bool = False
    share: float = 1.0

    @asynccontextmanager
    async def progress(self, place: Place) -> AsyncIterator[Done]:
        """How many events are done."""
        source = _committed(place.kafka, self.name) if self.exactly_once else _results(place.kafka, place.output)
        async with source as done:
            yield done


def _kafka_streams(guarantee: str) -> Callable[[str, Place], Command]:
    def command(name: str, place: Place) -> Command:
        java = builds.java("kafka-streams")
        return Command([*java, place.kafka, PERSONS, place.output, name, guarantee, str(place.folder)])

    return command


def _quixstreams(name: str, place: Place) -> Command:
    app = str(builds.HERE / "quixstreams" / "app.py")
    return Command(
        [builds.python("quixstreams"), app, place.kafka, PERSONS, place.output, name, str(place.folder / "state")]
    )


def _faust(name: str, place: Place) -> Command:
    app = str(builds.HERE / "faust" / "app.py")
    environment = {
        "PEER_BROKER": place.kafka,
        "PEER_INPUT": PERSONS,
        "PEER_OUTPUT": place.output,
        "PEER_GROUP": name,
        "PEER_FOLDER": str(place.folder),
        "PEER_PARTITIONS": str(PERSON_PARTITIONS),
    }
    return Command([builds.python("faust"), app, "worker", "--without-web", "--loglevel", "warn"], environment)


@asynccontextmanager
async def _results(kafka: str, output: str) -> AsyncIterator[Done]:
    """One result an event."""
    async with watching(kafka, {output: PERSON_PARTITIONS}) as ends:

        async def done() -> int:
            return (await ends())[output]

        yield done


@asynccontextmanager
async def _committed(kafka: str, group: str) -> AsyncIterator[Done]:
    """Two messages an event (person and area)."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:

        async def done() -> int:
            offsets = await admin.list_consumer_group_offsets(group)
            messages: int = sum(max(0, found.offset) for place, found in offsets.items() if place.topic == PERSONS)
            return messages // 2

        yield done
    finally:
        await asyncio.wait_for(admin.close(), 10)


PEERS = (
    Peer("kafka-streams-eos", _kafka_streams("exactly_once_v2"), exactly_once=True),
    Peer("kafka-streams-alo", _kafka_streams("at_least_once")),
    Peer("quixstreams", _quixstreams),
    Peer("faust-table", _faust, share=0.05),
)
