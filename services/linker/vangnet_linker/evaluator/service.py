"""Composition root of an evaluator: a process of its own, without Kafka, PostgreSQL or policy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vangnet_runtime.clock import WallClock
from vangnet_runtime.host import run_service
from vangnet_runtime.log_events import declare
from vangnet_runtime.parts import Parts
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.web import make_app

from vangnet_linker.evaluator.evaluations import Evaluations
from vangnet_linker.evaluator.log_events import EVENTS
from vangnet_linker.evaluator.metrics import QUOTA
from vangnet_linker.evaluator.settings import EvaluatorSettings, NotUsable, Pinned, open_store, read_pinned, read_shares
from vangnet_linker.evaluator.web import MOST_BYTES, Door

VERSION = "0.1.0"


def run_evaluator(settings: EvaluatorSettings) -> None:
    """Runs until SIGTERM."""
    declare(EVENTS)

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        try:
            shares, pinned = read_shares(settings.evaluator_shares), read_pinned(settings.evaluator_partners)
            store = open_store(settings.evaluator_store)
        except NotUsable as refused:
            raise CannotStart(str(refused)) from None
        try:
            _show_quota(pinned)
            readiness = Readiness(settings.service)
            app = make_app(
                "Vangnet evaluator", VERSION, service=settings.service, readiness=readiness, most_bytes=MOST_BYTES
            )
            evaluations = Evaluations(settings.evaluator_name, shares, pinned, store)
            app.include_router(Door(evaluations, WallClock()).router())
            yield Parts(app)
        finally:
            store.close()

    run_service(settings, VERSION, build)


def _show_quota(pinned: Pinned) -> None:
    QUOTA.labels("partner").set(pinned.quota.partner)
    QUOTA.labels("total").set(pinned.quota.total)
