"""The trail ↔ PostgreSQL. Every line is written by `trail_statement`: the table's trigger gives it its place in the chain."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

import asyncpg
from vangnet_contract.messages import TrailHead, encode
from vangnet_contract.topics import TRAIL
from vangnet_runtime.database import Connection, Pool
from vangnet_runtime.logging import get_logger
from vangnet_runtime.outbox import Outbox
from vangnet_runtime.records import Outgoing
from vangnet_runtime.stage import Statement

from vangnet_notifier.domain.chain import FIELDS, Content, Line
from vangnet_notifier.domain.trail import Entry
from vangnet_notifier.domain.verification import Verdict, Verifier
from vangnet_notifier.domain.words import State

# In the order given: the trigger numbers row by row.
WRITE = """
INSERT INTO trail (alert, at, user_id, user_name, action, before_state, after_state, choice, recipient, added, removed)
SELECT alert, at, user_id, user_name, action, before_state, after_state, choice, recipient, added, removed
FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::integer[], $11::integer[]) WITH ORDINALITY
     AS t(alert, at, user_id, user_name, action, before_state, after_state, choice, recipient, added, removed, place)
ORDER BY place
"""
# The last line of each day since the head that was published last. Two replicas at once: one of them publishes it.
HEADS = """
WITH head AS (
    SELECT DISTINCT ON (day) id, day, place, hash, recorded_at FROM trail_line
    WHERE id > coalesce((SELECT max(id) FROM trail_published), 0) ORDER BY day, id DESC
), ours AS (
    INSERT INTO trail_published (id) SELECT id FROM head ORDER BY id ON CONFLICT DO NOTHING RETURNING id
)
SELECT head.*, now() AS at FROM head JOIN ours USING (id) ORDER BY id
"""
EVERY = """
SELECT l.id, l.day, l.place, l.recorded_at, l.payload_hash, l.hash, t.id AS content, t.salt, t.alert, t.at, t.user_id,
       t.user_name, t.action, t.before_state, t.after_state, t.choice, t.recipient, t.added, t.removed, t.erases
FROM trail_line l FULL JOIN trail t ON t.id = l.id ORDER BY coalesce(l.id, t.id)
"""
ERASE_LINE = """
INSERT INTO trail (at, user_id, user_name, action, choice, erases)
SELECT $2, $3, $4, $5, $6, array_agg(id ORDER BY id) FROM trail WHERE alert = $1 HAVING count(*) > 0 RETURNING erases
"""
ERASE = "DELETE FROM trail WHERE id = ANY($1::bigint[])"
AT_ONCE = 2000  # rows read ahead while verifying

PUBLICATIONS = Outbox("notifier")

log = get_logger()


def trail_statement(lines: Iterable[Entry]) -> Statement:
    """Adds these lines, in this order. The last statement of its transaction: it takes the lock of the chain."""
    return Statement(WRITE, tuple(list(column) for column in zip(*map(_row, lines), strict=True)))


async def note(connection: Connection, *lines: Entry) -> None:
    """Adds these lines in the caller's transaction, of which it is the last thing."""
    if lines:
        statement = trail_statement(lines)
        await connection.execute(statement.sql, *statement.args)


def entry_of(row: asyncpg.Record) -> Entry:
    """What a row of the trail says."""
    return Entry(
        alert=row["alert"],
        at=row["at"],
        user=row["user_id"],
        name=row["user_name"],
        action=row["action"],
        before=State(row["before_state"]) if row["before_state"] else None,
        after=State(row["after_state"]) if row["after_state"] else None,
        choice=row["choice"],
        recipient=row["recipient"],
        added=row["added"],
        removed=row["removed"],
    )


async def publish_heads(pool: Pool) -> list[TrailHead]:
    """Puts the chain's head outside the database: on its topic and in the log. Nothing when nothing was added."""
    async with pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(HEADS)
        heads = [
            TrailHead(day=r["day"], line=r["id"], place=r["place"], hash=r["hash"].hex(), at=r["at"]) for r in rows
        ]
        await PUBLICATIONS.put(
            connection, *(Outgoing(TRAIL, 0, f"{head.day}".encode(), encode(head)) for head in heads)
        )
    for head in heads:
        log.info("trail-head", day=f"{head.day}", line=head.line, place=head.place, hash=head.hash)
    return heads


async def erase(connection: Connection, alert: str, line: Entry) -> int:
    """Erases what the trail says about an alert, after a line that says so; how many lines that was."""
    async with connection.transaction():
        who = (line.at, line.user, line.name, line.action, line.choice)
        erased = await connection.fetchval(ERASE_LINE, alert, *who)
        await connection.execute(ERASE, erased or [])
        return len(erased or [])


async def verified(connection: Connection, heads: Sequence[TrailHead] | None) -> Verdict:
    """Reads the whole trail as it is at one moment, which must be later than that of the heads."""
    verifier = Verifier(heads)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        now: datetime = await connection.fetchval("SELECT now()")
        async for line, content in _every(connection):
            verifier.take(line, content)
    return verifier.verdict(now)


async def _every(connection: Connection) -> AsyncIterator[tuple[Line | None, Content | None]]:
    async for row in connection.cursor(EVERY, prefetch=AT_ONCE):
        line = Line(**{name: row[name] for name in Line.__struct_fields__}) if row["id"] is not None else None
        fields = {name: row[name] for name in FIELDS}
        known = row["content"] is not None
        yield line, Content(id=row["content"], salt=row["salt"], fields=fields) if known else None


def _row(line: Entry) -> tuple[object, ...]:
    return (
        line.alert,
        line.at,
        line.user,
        line.name,
        line.action,
        line.before,
        line.after,
        line.choice,
        line.recipient,
        line.added,
        line.removed,
    )
