"""Composition root: opens what the notifier needs and hands its parts to the host."""

import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from vangnet_contract.messages import EventKey, Signal, SignalsMessage
from vangnet_contract.policy import PolicyRefused, Shelf
from vangnet_pseudonym.pseudonyms import KeyedHash, recipient_pseudonym
from vangnet_runtime.clock import WallClock
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.host import run_service
from vangnet_runtime.log_events import declare
from vangnet_runtime.migrations import migrate
from vangnet_runtime.parts import Parts, Timer
from vangnet_runtime.processor import Processor
from vangnet_runtime.reader import Limits
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.upkeep import retention
from vangnet_runtime.web import make_app

from vangnet_notifier.adapters.figures import measure, prove
from vangnet_notifier.adapters.inbox import PostgresInbox
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.adapters.outbox import PostgresOutbox
from vangnet_notifier.adapters.oversight import PostgresOversight
from vangnet_notifier.adapters.smtp import Server, SmtpMailer
from vangnet_notifier.adapters.stage import AlertStage
from vangnet_notifier.adapters.stream_clock import StreamClock
from vangnet_notifier.adapters.trail import publish_heads
from vangnet_notifier.adapters.webhook import HttpWebhooks
from vangnet_notifier.adapters.webhook import Limits as WebhookLimits
from vangnet_notifier.app import Desk
from vangnet_notifier.domain.delivery import MAIL, WEBHOOK, Channel
from vangnet_notifier.log_events import EVENTS
from vangnet_notifier.mails.cloud_event import CloudEvents
from vangnet_notifier.mails.compose import Composer
from vangnet_notifier.postman import Postman, Way, by_mail
from vangnet_notifier.settings import NotifierSettings
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.login import Provider
from vangnet_notifier.web.site import furnish
from vangnet_notifier.web.throttle import Rates

VERSION = "1.0.0"
GAUGES_EVERY = 5.0  # seconds
PROOF_EVERY = 60.0  # seconds
HEADS_EVERY = 300.0  # seconds: what is cut off the trail before it is published, nobody can see
TITLE = "Vangnet: attenderingen"


def run_notifier(settings: NotifierSettings) -> None:
    """Runs until SIGTERM."""
    declare(EVENTS)

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        offices = _offices(settings)
        pool = await connect(settings.database.get_secret_value(), settings.service)
        try:
            await migrate(pool, "vangnet_notifier")
            await offices.catch_up(pool)
            yield _parts(settings, offices, pool)
        finally:
            await pool.close()

    run_service(settings, VERSION, build)


def alert_namer(key: bytes) -> Callable[[Signal], str]:
    """How an alert gets its name: from the signal that makes it, so that a repetition gives the same; says nothing."""
    keyed = KeyedHash(key, "alert")
    return lambda signal: keyed.digest(f"{signal.id}|{signal.at.isoformat()}".encode()).hex()


def event_namer(key: bytes) -> Callable[[str, EventKey], str]:
    """How an event is called on the page of an alert: of no use elsewhere, and it says nothing."""
    keyed = KeyedHash(key, "event")
    return lambda alert, event: keyed.digest(f"{alert}|{event.source}|{event.id}".encode()).hex()


def _parts(settings: NotifierSettings, offices: Offices, pool: Pool) -> Parts:
    readiness = Readiness(settings.service)
    clock = StreamClock(WallClock(), settings.clock == "event")
    processor = Processor[SignalsMessage, Desk](
        AlertStage(offices), pool, settings.broker, readiness, Limits(member=settings.member)
    )
    app = make_app(TITLE, VERSION, service=settings.service, readiness=readiness)
    provider = Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
    )
    desk = _desk(settings, offices, PostgresInbox(pool, offices, clock))
    furnish(
        app,
        desk,
        PostgresOversight(pool),
        provider,
        session_key=settings.session_key.get_secret_value(),
        rates=Rates(logins=settings.login_rate, requests=settings.request_rate),
    )

    async def bring_gauges_up_to_date() -> None:
        processor.measure()
        await measure(pool)
        await offices.catch_up(pool)

    async def publish() -> None:
        await publish_heads(pool)

    return Parts(
        app,
        [processor, _postman(settings, offices, PostgresOutbox(pool, clock))],
        [
            Timer("gauges", GAUGES_EVERY, bring_gauges_up_to_date),
            Timer("proof", PROOF_EVERY, lambda: prove(pool)),
            Timer("trail-heads", HEADS_EVERY, publish),
            retention(pool, settings),
        ],
    )


def _desk(settings: NotifierSettings, offices: Offices, inbox: PostgresInbox) -> WebDesk:
    key = settings.pseudonym_key_bytes
    return WebDesk(
        inbox=inbox,
        policy_in_force=lambda: offices.current.policy,
        clock=WallClock(),
        base_url=settings.base_url,
        new_token=lambda: secrets.token_urlsafe(24),
        pseudonym=lambda recipient, person: recipient_pseudonym(key, recipient, person),
        name_event=event_namer(key),
    )


def _postman(settings: NotifierSettings, offices: Offices, outbox: PostgresOutbox) -> Postman:
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    server = Server(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=password,
        bounces=settings.smtp_bounces,
    )
    composer = Composer(offices.current.policy.region, settings.base_url, settings.smtp_from)
    jitter = random.SystemRandom().random
    ways: dict[Channel, Way] = {
        MAIL: by_mail(SmtpMailer(server), composer.compose),
        WEBHOOK: _webhooks(settings, offices).send,
    }
    return Postman(outbox, ways, WallClock(), jitter=jitter)


def _webhooks(settings: NotifierSettings, offices: Offices) -> HttpWebhooks:
    return HttpWebhooks(
        lambda: offices.current.policy.people,
        settings.webhook_keys,
        CloudEvents(offices.current.policy.region, settings.base_url),
        clock=WallClock(),
        limits=WebhookLimits(allowed=settings.webhook_networks, plain=settings.profile == "local"),
    )


def _offices(settings: NotifierSettings) -> Offices:
    try:
        names = alert_namer(settings.pseudonym_key_bytes), event_namer(settings.pseudonym_key_bytes)
        return Offices(Shelf(settings.policy), names, settings.clock == "event")
    except PolicyRefused as refused:
        raise CannotStart(f"VANGNET_POLICY: the policy is refused:\n{refused}") from None
