"""The trail and the works for those who see no alerts, in PostgreSQL."""

from datetime import UTC, datetime

from vangnet_runtime.database import Pool

from vangnet_notifier.adapters.trail import entry_of, note
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.trail import READ, Entry
from vangnet_notifier.oversight import Failure, TrailFilter, TrailLine, TrailPage, Works

TRAIL = """
SELECT * FROM visible_trail($1)
WHERE ($2::date IS NULL OR day = $2) AND ($3::text IS NULL OR user_id = $3) AND ($4::text IS NULL OR action = $4)
ORDER BY id DESC LIMIT $5 OFFSET $6
"""
WORKS = "SELECT part, number FROM visible_works($1)"
FAILURES = "SELECT * FROM visible_failures($1) ORDER BY failed_at DESC, id LIMIT 100"


class PostgresOversight:
    """Implements oversight.Oversight."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def trail(self, wanted: TrailFilter, actor: Actor) -> TrailPage:
        """One row more than the page, to know whether there is another."""
        narrowed = (wanted.day, wanted.who, wanted.kind, wanted.size + 1, (wanted.page - 1) * wanted.size)
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(TRAIL, actor.officer, *narrowed)
            if actor.officer:
                await note(connection, _read(wanted, actor, len(rows[: wanted.size])))
        lines = [
            TrailLine(
                id=row["id"],
                day=row["day"],
                place=row["place"],
                recorded_at=row["recorded_at"],
                said=entry_of(row) if row["action"] else None,
            )
            for row in rows
        ]
        return TrailPage(lines=lines[: wanted.size], more=len(lines) > wanted.size)

    async def works(self, actor: Actor) -> Works:
        """Numbers, and the failures of which an operator can do something."""
        async with self._pool.acquire() as connection:
            numbers = {row["part"]: row["number"] for row in await connection.fetch(WORKS, actor.operator)}
            failures = [Failure(**row) for row in await connection.fetch(FAILURES, actor.operator)]
        return Works(numbers=numbers, failures=failures)


def _read(wanted: TrailFilter, actor: Actor, number: int) -> Entry:
    """The line about this look: whose lines were asked for is part of it."""
    return Entry(
        alert=None,
        at=datetime.now(UTC),
        user=actor.user,
        name=actor.name,
        action=READ,
        recipient=wanted.who,
        added=number,
    )
