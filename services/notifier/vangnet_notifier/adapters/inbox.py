"""Alerts for people: lists, one alert with its history, decisions. Each call is its own short transaction."""

from datetime import datetime

import msgspec
from vangnet_contract.messages import RegionalSignal
from vangnet_runtime.database import Connection, Pool

from vangnet_notifier.adapters.desk import load_one, save
from vangnet_notifier.adapters.objections import objections_to
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.adapters.stream_clock import StreamClock
from vangnet_notifier.adapters.trail import entry_of, note
from vangnet_notifier.app import apply
from vangnet_notifier.domain.access import may_see
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Command
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.trail import NOT_SHOWN, Entry, viewed
from vangnet_notifier.domain.trial import Trial
from vangnet_notifier.domain.words import TO_DO, State
from vangnet_notifier.inbox import Filter, Listing, Seen

# Graver first, then the one that waits longest; what nobody has to act on comes after. Alerts of one person stand together, as
# far as this reader knows the person by one name (domain.access.reader).
LIST = """
WITH seen AS (
    SELECT id COLLATE "C" AS id, severity, raised_at, person COLLATE "C" AS person, state <> ALL($9::text[]) AS done,
           (CASE WHEN owner = ANY($2) THEN owner ELSE '' END) COLLATE "C" AS reader
    FROM visible_alerts($1, $2::text[])
    WHERE state = ANY($3::text[]) AND ($4::text IS NULL OR rule = $4)
      AND ($5::text IS NULL OR coalesce(owner, lead) = $5) AND ($6::smallint IS NULL OR severity = $6)
      AND ($10::boolean IS NULL OR start_list = $10)
), placed AS (
    SELECT id, done, row_number() OVER person AS place, first_value(id) OVER person AS head,
           first_value(severity) OVER person AS head_severity, first_value(raised_at) OVER person AS head_raised_at
    FROM seen WINDOW person AS (PARTITION BY person, done, reader ORDER BY severity, raised_at, id)
), paged AS (
    SELECT * FROM placed ORDER BY done, head_severity, head_raised_at, head, place LIMIT $7 OFFSET $8
)
SELECT a.body, CASE WHEN place > 1 THEN head END AS under, (SELECT count(*) FROM seen) AS total
FROM paged p JOIN alert a ON a.id = p.id ORDER BY done, head_severity, head_raised_at, head, place
"""
SAME_PERSON = """
SELECT body FROM visible_alerts($1, $2::text[])
WHERE person = $3 AND id <> $4 AND state <> 'withdrawn' AND CASE WHEN owner = ANY($2) THEN owner ELSE '' END = $5
ORDER BY state IN ('closed', 'declined'), severity, raised_at DESC, id LIMIT 20
"""
COUNTS = "SELECT state, count(*) AS number FROM visible_alerts($1, $2::text[]) GROUP BY state"
LOOK = "SELECT body FROM alert WHERE id = $1 FOR SHARE"
OPENED = "INSERT INTO opened (alert, email, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
HISTORY = "SELECT * FROM trail WHERE alert = $1 AND action <> ALL($2::text[]) ORDER BY id"
SUCCESSOR = """
SELECT a.body FROM alert_signal s JOIN alert a ON a.id = s.alert WHERE s.signal = $1
"""

TRIALS = """
SELECT rule, coalesce(owner, lead) AS municipality, count(*) AS alerts, count(*) FILTER (WHERE body ->> 'answer' = 'ja') AS helped,
       count(*) FILTER (WHERE body ->> 'answer' = 'al-bekend') AS known, count(*) FILTER (WHERE body ->> 'answer' = 'nee') AS useless
FROM visible_alerts($1, $2::text[]) WHERE state = 'shadow' OR (body ->> 'answer') IS NOT NULL AND state <> 'withdrawn'
GROUP BY 1, 2 ORDER BY 1, 2
"""

AWAITING = """
SELECT body FROM visible_alerts($1, $2::text[]) WHERE body @> '{"awaits_second": true}'
ORDER BY severity, raised_at, id LIMIT $3
"""

REGIONAL = "SELECT body FROM regional_signal ORDER BY body ->> 'raisedAt', id"

_decode = msgspec.json.Decoder(Alert).decode
_regional = msgspec.json.Decoder(RegionalSignal).decode


class PostgresInbox:
    """Implements inbox.Inbox. `clock` gives the time of a decision."""

    def __init__(self, pool: Pool, offices: Offices, clock: StreamClock) -> None:
        self._pool = pool
        self._offices = offices
        self._clock = clock

    async def now(self) -> datetime:
        """The present by the service's clock."""
        async with self._pool.acquire() as connection:
            return await self._clock.now(connection)

    async def regional(self) -> list[RegionalSignal]:
        """What holds now for places and partners, the oldest first."""
        return [_regional(body) for (body,) in await self._pool.fetch(REGIONAL)]

    async def listing(self, wanted: Filter, actor: Actor) -> Listing:
        """The alerts that this user may see, narrowed."""
        visible = (actor.reviewer, sorted(actor.municipalities))
        narrowed = ([str(s) for s in wanted.states], wanted.rule, wanted.municipality, wanted.severity)
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(
                LIST, *visible, *narrowed, wanted.size, (wanted.page - 1) * wanted.size, TO_DO, wanted.start_list
            )
            counts = await connection.fetch(COUNTS, *visible)
        alerts = [_decode(row["body"]) for row in rows]
        return Listing(
            alerts=alerts,
            total=rows[0]["total"] if rows else 0,
            counts={State(row["state"]): row["number"] for row in counts},
            heads={alert.id: row["under"] for row, alert in zip(rows, alerts, strict=True) if row["under"]},
        )

    async def trials(self, actor: Actor) -> list[Trial]:
        """What became of the alerts of rules on trial, for each rule and municipality that this user may see."""
        rows = await self._pool.fetch(TRIALS, actor.reviewer, sorted(actor.municipalities))
        return [Trial(**row) for row in rows]

    async def awaiting(self, actor: Actor, most: int) -> list[Alert]:
        """Alerts in which somebody asked what a second person must approve."""
        rows = await self._pool.fetch(AWAITING, actor.reviewer, sorted(actor.municipalities), most)
        return [_decode(body) for (body,) in rows]

    async def look(self, alert_id: str, actor: Actor) -> Seen | None:
        """One alert; that it was opened is noted before it is shown. None: there is none that this user may see."""
        async with self._pool.acquire() as connection, connection.transaction():
            body = await connection.fetchval(LOOK, alert_id)
            alert = _decode(body) if body else None
            if alert is None or not may_see(alert, actor):
                return None
            if alert.state is not State.SHADOW:  # a look at a trial has no consequences, a mail neither
                await connection.execute(OPENED, alert.id, actor.email, actor.name)
            seen = Seen(
                alert=alert,
                history=await _history(connection, alert.id),
                successor=await _successor(connection, alert, actor),
                same_person=await _same_person(connection, alert, actor),
                objections=await objections_to(connection, alert.evidence) if actor.reviewer else [],
            )
            await note(connection, viewed(alert, actor, await self._clock.now(connection)))
            return seen

    async def decide(self, alert_id: str, command: Command, actor: Actor) -> Alert | Refused | None:
        """A decision by a person. Whoever comes second meets the row as the first one left it. None: as with `look`."""
        async with self._pool.acquire() as connection, connection.transaction():
            desk, alert = await load_one(connection, alert_id)
            if alert is None or not may_see(alert, actor):
                return None
            after = apply(desk, self._offices.current, alert, command, by=actor, now=await self._clock.now(connection))
            await save(connection, desk)
            return after


async def _history(connection: Connection, alert_id: str) -> list[Entry]:
    return [entry_of(row) for row in await connection.fetch(HISTORY, alert_id, NOT_SHOWN)]


async def _successor(connection: Connection, alert: Alert, actor: Actor) -> str | None:
    body = await connection.fetchval(SUCCESSOR, alert.successor) if alert.successor else None
    successor = _decode(body) if body else None
    return successor.id if successor and may_see(successor, actor) else None


async def _same_person(connection: Connection, alert: Alert, actor: Actor) -> list[Alert]:
    """What else this reader may see about the person, as far as he knows him by the same name."""
    known_as = alert.owner if alert.owner and actor.coordinates(alert.owner) else ""
    visible = (actor.reviewer, sorted(actor.municipalities))
    rows = await connection.fetch(SAME_PERSON, *visible, alert.person, alert.id, known_as)
    return [_decode(body) for (body,) in rows]
