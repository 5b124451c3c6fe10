"""Composition root of the linker: one active writer for a region, others stand by in the same consumer group."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from vangnet_contract.policy import PolicyRefused, Shelf
from vangnet_runtime.database import connect
from vangnet_runtime.host import run_service
from vangnet_runtime.migrations import migrate
from vangnet_runtime.parts import Parts, Timer
from vangnet_runtime.processor import Processor
from vangnet_runtime.reader import Limits
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.upkeep import retention
from vangnet_runtime.web import make_app

from vangnet_linker.adapters.pool import OpeningPool
from vangnet_linker.adapters.stage import LinkerStage
from vangnet_linker.app import Message
from vangnet_linker.domain.registry import Registry
from vangnet_linker.settings import LinkerSettings, read_seal_keys

VERSION = "0.1.0"
GAUGES_EVERY = 5.0


def run_linker(settings: LinkerSettings) -> None:
    """Runs until SIGTERM."""

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        readiness = Readiness(settings.service)
        try:
            policy = Shelf(settings.policy).in_force
        except PolicyRefused as refused:
            raise CannotStart(f"VANGNET_POLICY: the policy is refused:\n{refused}") from None
        seal_keys = read_seal_keys(settings.seal_keys)
        database = await connect(settings.database.get_secret_value(), settings.service)
        pool = OpeningPool(policy, seal_keys, settings.pepper_bytes, settings.opening_processes)
        try:
            await migrate(database, "vangnet_linker")
            await pool.start()
            stage = LinkerStage(policy, pool)
            processor = Processor[Message, Registry](
                stage, database, settings.broker, readiness, Limits(member=settings.member)
            )
            app = make_app("Vangnet linker", VERSION, service=settings.service, readiness=readiness)
            timers = [Timer("gauges", GAUGES_EVERY, _measure(processor)), retention(database, settings)]
            yield Parts(app, [processor], timers)
        finally:
            pool.stop()
            await database.close()

    run_service(settings, VERSION, build)


def _measure(processor: Processor[Message, Registry]) -> Callable[[], Awaitable[None]]:
    async def measure() -> None:
        processor.measure()

    return measure
