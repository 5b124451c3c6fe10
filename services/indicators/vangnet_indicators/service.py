"""Composition root of indicators."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import TextIO

import httpx
from vangnet_contract.messages import AlertChanged, PersonsMessage
from vangnet_contract.policy import Policy, PolicyRefused, Shelf
from vangnet_runtime.access_tokens import AccessTokens
from vangnet_runtime.database import connect
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

from vangnet_indicators.adapters.alert_stage import SEAT, AlertStage, Newest
from vangnet_indicators.adapters.area_export import export_series, windows_of
from vangnet_indicators.adapters.books import Books, version_in_force
from vangnet_indicators.adapters.export import export_counts, export_episodes
from vangnet_indicators.adapters.figures import PostgresFigures
from vangnet_indicators.adapters.regional_store import measure
from vangnet_indicators.adapters.stage import IndicatorsStage
from vangnet_indicators.adapters.trial_process import TrialProcess
from vangnet_indicators.adapters.verify import Watch
from vangnet_indicators.app import Partition
from vangnet_indicators.domain.area.cells import REGION
from vangnet_indicators.log_events import EVENTS
from vangnet_indicators.publication import Publication
from vangnet_indicators.settings import IndicatorsSettings
from vangnet_indicators.web.site import furnish

VERSION = "0.1.0"
GAUGES_EVERY = 5.0
VERIFY_EVERY = 5.0
ISSUER_TIMEOUT = 5.0
TITLE = "Vangnet: regels en cijfers"
ABOUT = "Openbare regels en openbare cijfers van de regio. Kleine aantallen zijn afgeschermd."


def run_indicators(settings: IndicatorsSettings) -> None:
    """Runs until SIGTERM."""
    declare(EVENTS)

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        readiness = Readiness(settings.service)
        policy, shelf = usable_policy(settings), Shelf(settings.policy)
        books = Books(shelf)
        database = await connect(settings.database.get_secret_value(), settings.service)
        client = httpx.AsyncClient(timeout=ISSUER_TIMEOUT)
        try:
            await migrate(database, "vangnet_indicators")
            stage = IndicatorsStage(books.of)
            processor = Processor[PersonsMessage, Partition](
                stage, database, settings.broker, readiness, Limits(member=settings.member)
            )
            alerts = Processor[AlertChanged, Newest](
                AlertStage(),
                database,
                settings.broker,
                readiness.part("alerts"),
                Limits(member=settings.member),
                seat=SEAT,
            )
            watch = Watch(database, books.of, random.SystemRandom())
            app = make_app(TITLE, VERSION, service=settings.service, readiness=readiness, description=ABOUT)
            publication = Publication(PostgresFigures(database), policy)
            furnish(app, publication, analysts(settings, client), TrialProcess("vangnet_indicators.trials"))

            async def follow() -> None:
                """Pages go by what the stream goes by; gauges by what is committed."""
                processor.measure()
                alerts.measure()
                version = await version_in_force(database)
                publication.follow(shelf.version(version) if version else shelf.first)
                await measure(database, [partner.name for partner in publication.policy.partners])

            timers = [
                Timer("gauges", GAUGES_EVERY, follow),
                Timer("verify", VERIFY_EVERY, watch.look),
                retention(database, settings),
            ]
            yield Parts(app, [processor, alerts], timers)
        finally:
            await client.aclose()
            await database.close()

    run_service(settings, VERSION, build)


def analysts(settings: IndicatorsSettings, client: httpx.AsyncClient) -> AccessTokens | None:
    """Whose access tokens are believed; None: nobody's."""
    if not (settings.token_issuer and settings.token_audience and settings.token_jwks_url):
        return None
    return AccessTokens(settings.token_issuer, settings.token_audience, settings.token_jwks_url, client)


def usable_policy(settings: IndicatorsSettings) -> Policy:
    """Raises CannotStart, with everything that is wrong with it."""
    try:
        return Shelf(settings.policy).in_force
    except PolicyRefused as refused:
        raise CannotStart(f"VANGNET_POLICY: the policy is refused:\n{refused}") from None


async def write_counts(settings: IndicatorsSettings, as_of: datetime, out: TextIO) -> None:
    """As of a moment."""
    dsn = settings.database.get_secret_value()
    await export_counts(dsn, settings.service, usable_policy(settings), as_of, out)


async def write_episodes(settings: IndicatorsSettings, out: TextIO) -> None:
    """As they stand."""
    await export_episodes(settings.database.get_secret_value(), settings.service, usable_policy(settings), out)


async def write_series(
    settings: IndicatorsSettings,
    indicator: str | None,
    areas: Sequence[str] | None,
    window: int | None,
    *,
    days: tuple[date, date],
    out: TextIO,
) -> None:
    """Of each day from the first to the last."""
    municipalities = usable_policy(settings).region.municipalities
    wanted = [
        (name, area, length)
        for area in areas or [*municipalities, REGION]
        for name, length in windows_of(indicator, window)
    ]
    await export_series(
        settings.database.get_secret_value(),
        settings.service,
        wanted,
        days=days,
        municipalities=municipalities,
        out=out,
    )
