"""The coordinator's desk: the list page with ten thousand open alerts, on real PostgreSQL, from question to HTML."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from vangnet_contract.messages import EventKey, Evidence, Signal
from vangnet_contract.policy import Shelf
from vangnet_notifier.adapters.desk import save
from vangnet_notifier.adapters.inbox import PostgresInbox
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.adapters.stream_clock import StreamClock
from vangnet_notifier.app import Desk, apply, take_in
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.commands import Release
from vangnet_notifier.web import views
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.forms import read_filter
from vangnet_notifier.web.listing import around
from vangnet_notifier.web.render import Pages, User
from vangnet_runtime.clock import WallClock
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.migrations import migrate

from benchmarks.figure import Figure, Target, percentile
from benchmarks.ground import Ground

ALERTS = 10_000
EACH = 5  # events behind one alert
CHUNK = 250
READINGS = 60
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
TYPE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
REVIEWER = Actor(user="r", name="R", reviewer=True, on_duty=True)


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """As a reviewer, who sees all, and as a coordinator of one municipality of six."""
    ground.reset()
    number = int(ALERTS * scale)
    offices = Offices(
        Shelf(ground.layout.policy),
        (lambda signal: f"a-{signal.id}", lambda alert, event: f"{alert}|{event.id}"),
        played=True,
    )
    pool = await connect(ground.dsn("notifier"), "notifier")
    try:
        await migrate(pool, "vangnet_notifier")
        await _fill(pool, offices, number)
        coordinator = Actor(user="c", name="C", municipalities=frozenset({ground.policy.region.municipalities[0]}))
        for who, actor in (("reviewer", REVIEWER), ("coordinator", coordinator)):
            yield await _list(pool, offices, actor, f"list page for a {who}, {number:,} open alerts")
    finally:
        await pool.close()


async def _fill(pool: Pool, offices: Offices, number: int) -> None:
    """Three alerts in four have a person of their own, half of them are released."""
    office = offices.current
    for first in range(0, number, CHUNK):
        desk = Desk()
        for index in range(first, min(first + CHUNK, number)):
            take_in(desk, office, _signal(index, office.policy.region.municipalities))
        for alert in list(desk.alerts.values())[::2]:
            apply(desk, office, alert, Release(seen=alert.version), by=REVIEWER, now=alert.since)
        desk.notices.clear()  # nobody is mailed here
        async with pool.acquire() as connection, connection.transaction():
            await save(connection, desk)
    await pool.execute("VACUUM ANALYZE alert")  # as autovacuum does within a minute


def _signal(index: int, municipalities: list[str]) -> Signal:
    at = BEGAN + timedelta(minutes=index)
    place = municipalities[index % len(municipalities)]
    return Signal(
        id=f"{index}",
        change="raised",
        at=at,
        rule=("R1", "R2", "R4")[index % 3],
        policy_version="",
        person=sha256(f"{index * 3 // 4}".encode()).hexdigest()[:32],
        episode=1,
        crossed_at=at,
        raised_at=at,
        occurrences=EACH,
        events=EACH,
        municipalities=[place],
        lead=place,
        evidence=[_evidence(index, event, place, at - timedelta(days=event)) for event in range(EACH)],
        mode="actief",
    )


def _evidence(index: int, event: int, place: str, at: datetime) -> Evidence:
    return Evidence(
        event=EventKey("urn:nld:oin:00000001003214345000:systeem:bvh", f"{index}-{event}"),
        type=TYPE,
        group="politie",
        partner="politie",
        municipality=place,
        occurred_at=at,
        received_at=at,
        occurrence=EACH - event,
    )


async def _list(pool: Pool, offices: Offices, actor: Actor, what: str) -> Figure:
    clock = WallClock()
    desk = WebDesk(
        inbox=PostgresInbox(pool, offices, StreamClock(clock, False)),
        policy_in_force=lambda: offices.current.policy,
        clock=clock,
        base_url="http://127.0.0.1",
        new_token=lambda: "",
        pseudonym=lambda recipient, person: f"{recipient}-{person}",
    )
    pages, taken = Pages(desk.policy.region), []
    for _ in range(READINGS + 5):
        began = time.perf_counter()
        await _render(desk, pages, actor)
        taken.append(1000 * (time.perf_counter() - began))
    taken = taken[5:]
    beside = {"p50 ms": percentile(taken, 0.5), "longest ms": max(taken)}
    return Figure("notifier", f"{what}, p95", percentile(taken, 0.95), "ms", Target(100, "<"), beside=beside)


async def _render(desk: WebDesk, pages: Pages, actor: Actor) -> None:
    """What the route does, after the session and before the network."""
    wanted = read_filter({}, desk.policy)
    listing = await desk.inbox.listing(wanted, actor)
    now = await desk.inbox.now()
    cards = [views.card(alert, desk, actor, now, listing.heads.get(alert.id, "")) for alert in listing.alerts]
    shown = around({}, wanted, listing, desk, actor)
    banners = await desk.banner(actor, now)
    pages.render("list.html", User("N", "r", "c"), cards=cards, banners=banners, message=None, **shown)
