"""Composition root of ingest. Every replica is alike; no state is kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from vangnet_contract.policy import Policy, PolicyRefused, Shelf
from vangnet_contract.topics import catalogue
from vangnet_runtime.access_tokens import AccessTokens
from vangnet_runtime.clock import Clock, WallClock
from vangnet_runtime.host import run_service
from vangnet_runtime.kafka import make_topics
from vangnet_runtime.log_events import declare
from vangnet_runtime.logging import get_logger
from vangnet_runtime.parts import Parts, Timer
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.settings import ServiceSettings
from vangnet_runtime.web import make_app

from vangnet_ingest.adapters.kafka_door import KafkaDoor
from vangnet_ingest.adapters.publisher import KafkaPublisher
from vangnet_ingest.app import KafkaAway, Publisher, Reception, tick
from vangnet_ingest.domain.signature import unusable_keys
from vangnet_ingest.log_events import EVENTS
from vangnet_ingest.settings import IngestSettings
from vangnet_ingest.web import meldingen, reference

VERSION = "0.1.0"
TICK_SECONDS = 5.0
ISSUER_TIMEOUT = 5.0

declare(EVENTS)
log = get_logger()


def run_ingest(settings: IngestSettings) -> None:
    """Runs until SIGTERM."""

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        policy, clock, readiness = usable_policy(settings), WallClock(), Readiness(settings.service)
        reception = Reception(policy, clock, event_mode=settings.clock == "event")
        publisher = KafkaPublisher(settings.broker, readiness)
        async with httpx.AsyncClient(timeout=ISSUER_TIMEOUT) as client:
            tokens = AccessTokens(settings.token_issuer, settings.token_audience, settings.token_jwks_url, client)
            try:
                yield Parts(
                    make_door(reception, publisher, tokens, readiness),
                    [KafkaDoor(settings.broker, reception, publisher, readiness)],
                    [Timer("tick", TICK_SECONDS, ticking(publisher, clock))] if settings.clock == "wall" else [],
                )
            finally:
                await publisher.close()

    run_service(settings, VERSION, build)


def make_door(reception: Reception, publisher: Publisher, tokens: AccessTokens, readiness: Readiness) -> FastAPI:
    """The HTTP door."""
    app = make_app(
        "Vangnet: meldingen insturen",
        VERSION,
        service="ingest",
        readiness=readiness,
        description="De HTTP-deur voor ketenpartners. Het eindoordeel over een melding komt op het feedback-topic.",
        most_bytes=meldingen.MOST_BYTES,
    )
    app.state.reception, app.state.publisher, app.state.tokens = reception, publisher, tokens
    app.include_router(meldingen.router)
    app.include_router(reference.router)
    return app


def ticking(publisher: Publisher, clock: Clock) -> Callable[[], Awaitable[None]]:
    """Tells everyone behind us what time it is; one that is missed is made good by the next."""

    async def work() -> None:
        try:
            await publisher.publish([tick(clock.now())])
        except KafkaAway as fault:
            log.warning("tick-missed", fault=fault)

    return work


def prepare_topics(settings: ServiceSettings) -> list[str]:
    """Makes the region's topics; returns those that are new. Raises KafkaAway, TopicsRefused of the runtime, CannotStart."""
    return make_topics(settings.broker, catalogue(partner.name for partner in usable_policy(settings).partners))


def usable_policy(settings: ServiceSettings) -> Policy:
    """The policy in force. Raises CannotStart with everything that is wrong with it."""
    try:
        policy = Shelf(settings.policy).in_force
    except PolicyRefused as refused:
        raise CannotStart(f"VANGNET_POLICY: the policy is refused:\n{refused}") from None
    if broken := list(unusable_keys(policy)):
        rule = "public keys must be ECDSA P-256, SubjectPublicKeyInfo in base64"
        raise CannotStart(f"VANGNET_POLICY: keys.yaml: {rule}: {', '.join(broken)}")
    return policy
