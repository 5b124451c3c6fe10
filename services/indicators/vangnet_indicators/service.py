"""Composition root of indicators."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from vangnet_contract.policy import PolicyRefused, load_policy
from vangnet_runtime.database import connect
from vangnet_runtime.host import run_service
from vangnet_runtime.migrations import migrate
from vangnet_runtime.parts import Parts, Timer
from vangnet_runtime.processor import Processor
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.web import make_app

from vangnet_indicators.adapters.stage import Batch, IndicatorsStage
from vangnet_indicators.app import Message
from vangnet_indicators.settings import IndicatorsSettings

VERSION = "0.1.0"
GAUGES_EVERY = 5.0


def run_indicators(settings: IndicatorsSettings) -> None:
    """Runs until SIGTERM."""

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        readiness = Readiness(settings.service)
        try:
            policy = load_policy(settings.policy)
        except PolicyRefused as refused:
            raise CannotStart(f"VANGNET_POLICY: the policy is refused:\n{refused}") from None
        database = await connect(settings.database.get_secret_value(), settings.service)
        try:
            await migrate(database, "vangnet_indicators")
            processor = Processor[Message, Batch](IndicatorsStage(policy), database, settings.kafka, readiness)
            app = make_app("Vangnet indicators", VERSION, service=settings.service, readiness=readiness)
            yield Parts(app, [processor], [Timer("gauges", GAUGES_EVERY, _measure(processor))])
        finally:
            await database.close()

    run_service(settings, VERSION, build)


def _measure(processor: Processor[Message, Batch]) -> Callable[[], Awaitable[None]]:
    async def measure() -> None:
        processor.measure()

    return measure
