"""linker without cryptography: the events are opened beforehand; looked up, decided and stored by the batch processor."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Sequence

from vangnet_contract.stamp import read_stamp
from vangnet_contract.topics import EVENTS_ACCEPTED
from vangnet_linker.adapters.opening import Opened, Opener
from vangnet_linker.adapters.pool import OpeningPool
from vangnet_linker.adapters.stage import LinkerStage
from vangnet_linker.app import Message
from vangnet_linker.domain.registry import Registry
from vangnet_linker.settings import LinkerSettings
from vangnet_local.secrets import read_secret
from vangnet_pseudonym import keys
from vangnet_runtime.database import connect
from vangnet_runtime.processor import Processor
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.records import Outgoing, Record
from vangnet_runtime.stage import Undecodable

from benchmarks import floors, sealed
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from benchmarks.linker import EVENTS, OTHERS, people_before, progress
from benchmarks.log import fill, producing
from benchmarks.meter import Stretch, measure


class AlreadyOpen(LinkerStage):
    """The linker's stage, but for opening. `opened` by offset."""

    def __init__(self, ground: Ground, opened: dict[int, Opened]) -> None:
        super().__init__(ground.policy, OpeningPool(ground.policy, {}, bytes(32), 0))
        self._opened = opened

    async def decode(self, records: Sequence[Record]) -> Sequence[Message | Undecodable]:
        """Looked up."""
        return [self._opened[record.offset] for record in records]


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """New identities, then the same people again."""
    people = [sealed.Occasion(number, 1) for number in range(int(EVENTS * scale))]
    ground.reset()
    await people_before(ground, OTHERS)
    begin = 0
    for kind in ("new", "known"):
        events = sealed.admitted(ground, sealed.make(ground, sealed.Series(f"decide/{kind}", people)))
        async with producing(ground.kafka) as producer:
            await fill(producer, events)
        opened = _opened(ground, events, begin)
        begin += len(events)
        decoded = await floors.consume_and_decode(ground.kafka, EVENTS_ACCEPTED, len(events), floors.decode_event)
        found = await _decide(ground, opened, begin - len(events))
        yield Figure(
            "linker", f"look-up and decide only, {kind} identities", found.rate, "events/s", None, decoded, found.beside
        )


def _opened(ground: Ground, events: Sequence[Outgoing], begin: int) -> dict[int, Opened]:
    secrets = ground.layout.secrets
    private = {
        name: keys.from_text(text) for name, text in json.loads((secrets / "seal-keys.json").read_text()).items()
    }
    opener = Opener(ground.policy, private, bytes.fromhex(read_secret(secrets / "pepper")))
    opened: dict[int, Opened] = {}
    for offset, event in enumerate(events, begin):
        stamp = read_stamp(event.headers)
        assert stamp
        found = opener.open(offset, event.value, stamp)
        assert found
        opened[offset] = found
    return opened


async def _decide(ground: Ground, opened: dict[int, Opened], begin: int) -> Stretch:
    database = await connect(ground.dsn(LinkerSettings.service), LinkerSettings.service)
    processor = Processor[Message, Registry](
        AlreadyOpen(ground, opened), database, ground.kafka, Readiness(LinkerSettings.service)
    )
    task = asyncio.create_task(processor.run())
    try:
        async with progress(ground.dsn()) as position:

            async def done() -> int:
                return await position() - begin

            return await measure(len(opened), done, _own_cpu_seconds)
    finally:
        processor.stop()
        await task
        await database.close()


def _own_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
