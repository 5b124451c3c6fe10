"""Composition root of an evaluator: a process of its own, without Kafka, PostgreSQL or policy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vangnet_runtime.clock import WallClock
from vangnet_runtime.host import run_service
from vangnet_runtime.parts import Parts
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.web import make_app

from vangnet_linker.evaluator.settings import EvaluatorSettings, NotUsable, read_pinned, read_shares
from vangnet_linker.evaluator.store import Store
from vangnet_linker.evaluator.web import Evaluations

VERSION = "0.1.0"


def run_evaluator(settings: EvaluatorSettings) -> None:
    """Runs until SIGTERM."""

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        try:
            shares, pinned = read_shares(settings.evaluator_shares), read_pinned(settings.evaluator_partners)
        except NotUsable as refused:
            raise CannotStart(str(refused)) from None
        store = Store(settings.evaluator_store)
        try:
            app = make_app(
                "Vangnet evaluator", VERSION, service=settings.service, readiness=Readiness(settings.service)
            )
            app.include_router(Evaluations(settings.evaluator_name, shares, pinned, store, WallClock()).router())
            yield Parts(app)
        finally:
            store.close()

    run_service(settings, VERSION, build)
