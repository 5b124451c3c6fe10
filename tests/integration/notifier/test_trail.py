"""The trail is a chain: whoever owns the table and switches its triggers off is found out, line by line and day by day."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from vangnet_contract.messages import TrailHead
from vangnet_notifier.adapters.trail import erase, note, publish_heads, verified
from vangnet_notifier.domain.trail import COMMAND, ERASE, Entry
from vangnet_notifier.domain.verification import Verdict
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.migrations import apply, migrate, read_migrations

from tests.integration.conftest import Schema
from tests.integration.notifier.region import PROGRAM, Region, until
from tests.integration.notifier.store import store, take
from tests.unit.notifier.signals import T0, signal

DAYS, EACH = 3, 4
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
# The clock of the machine cannot be moved: lines are written as the trigger writes them, with a time of one's own.
ON_A_DAY = """
WITH said AS (SELECT trail_salt() AS salt)
INSERT INTO trail (id, salt, at, user_id, user_name, action, added, removed, alert)
SELECT 0, salt, $1, 'u', $2, 'view', 0, 0, $3 FROM said
"""
DATED = """
CREATE OR REPLACE FUNCTION trail_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := trail_salt();
    NEW.id := trail_next(trail_salted(NEW), NEW.at);
    RETURN NEW;
END $$
"""


@asynccontextmanager
async def some_days(schema: Schema) -> AsyncIterator[tuple[Pool, list[TrailHead]]]:
    """Twelve lines on three days, each day's head published, then one line more."""
    async with store(schema) as pool:
        await pool.execute(DATED)
        for number in range(DAYS * EACH):
            at = MARCH + timedelta(days=number // EACH, minutes=number)
            await pool.execute(ON_A_DAY, at, f"Naam {number}", f"a{number}")
        heads = await publish_heads(pool)
        await pool.execute(ON_A_DAY, MARCH + timedelta(days=DAYS - 1, hours=1), "Naam", None)
        await pool.execute("ALTER TABLE trail DISABLE TRIGGER USER; ALTER TABLE trail_line DISABLE TRIGGER USER")
        yield pool, heads


async def verdict(pool: Pool, heads: list[TrailHead] | None) -> Verdict:
    async with pool.acquire() as connection:
        return await verified(connection, heads)


def recent(verdict: Verdict) -> list[str]:
    """Without the word about lines of March that nobody published since."""
    return [finding for finding in verdict.findings if not finding.startswith("no head was published since line 13 ")]


async def test_what_nobody_touched_is_whole_and_covered_by_the_heads(schema: Schema) -> None:
    async with some_days(schema) as (pool, heads):
        found = await verdict(pool, heads)
        assert [(head.line, head.place) for head in heads] == [(4, 4), (8, 4), (12, 4)]
        assert recent(found) == [] and (found.lines, found.covered, found.heads) == (13, 12, 3)
        assert any("no head was published since line 13 (day 2026-03-03, number 5)" in line for line in found.findings)
        assert (await publish_heads(pool))[0].line == 13 and await publish_heads(pool) == []


ATTACKS = {
    "a name changed": (
        "UPDATE trail SET user_name = 'Een ander' WHERE id = 6",
        ["what line 6 (day 2026-03-02, number 2) says was changed or exchanged"],
    ),
    "a time changed": (
        "UPDATE trail_line SET recorded_at = recorded_at + interval '1 second' WHERE id = 6",
        ["line 6 (day 2026-03-02, number 2) was changed, moved or put in"],
    ),
    "contents exchanged": (
        "UPDATE trail SET id = -id WHERE id IN (6, 7); UPDATE trail SET id = 13 + id WHERE id IN (-6, -7)",
        [
            "what line 6 (day 2026-03-02, number 2) says was changed or exchanged",
            "what line 7 (day 2026-03-02, number 3) says was changed or exchanged",
        ],
    ),
    "lines exchanged, contents too": (
        "UPDATE trail SET id = -id WHERE id IN (6, 7); UPDATE trail SET id = 13 + id WHERE id IN (-6, -7);"
        "UPDATE trail_line SET place = -place WHERE id IN (6, 7);"
        "UPDATE trail_line SET id = -id WHERE id IN (6, 7); UPDATE trail_line SET id = 13 + id, place = id + 9 WHERE id < 0",
        [
            "line 6 (day 2026-03-02, number 2) was changed, moved or put in",
            "line 7 (day 2026-03-02, number 3) was changed, moved or put in",
            "line 8 (day 2026-03-02, number 4) was changed, moved or put in",
        ],
    ),
    "a line deleted": (
        "DELETE FROM trail WHERE id = 6; DELETE FROM trail_line WHERE id = 6",
        ["line 6 is gone, between line 5 (day 2026-03-02, number 1) and line 7 (day 2026-03-02, number 3)"],
    ),
    "a line deleted, the others moved up": (
        "DELETE FROM trail WHERE id = 6; DELETE FROM trail_line WHERE id = 6;"
        "UPDATE trail SET id = 6 WHERE id = 7; UPDATE trail_line SET id = 6, place = 2 WHERE id = 7;"
        "UPDATE trail SET id = 7 WHERE id = 8; UPDATE trail_line SET id = 7, place = 3 WHERE id = 8",
        [
            "line 6 (day 2026-03-02, number 2) was changed, moved or put in",
            "line 7 (day 2026-03-02, number 3) was changed, moved or put in",
            "line 8 is gone, between line 7 (day 2026-03-02, number 3) and line 9 (day 2026-03-03, number 1)",
        ],
    ),
    "content deleted, no word about it": (
        "DELETE FROM trail WHERE id = 6",
        ["what line 6 (day 2026-03-02, number 2) said is gone, and no line says that it was erased"],
    ),
    "a line put in at the beginning": (
        "INSERT INTO trail_line SELECT 0, day - 1, 1, recorded_at - interval '1 day', payload_hash, hash FROM trail_line WHERE id = 1",
        [
            "line 0 (day 2026-02-28, number 1) was changed, moved or put in",
            "line 1 (day 2026-03-01, number 1) was changed, moved or put in",
            "what line 0 (day 2026-02-28, number 1) said is gone, and no line says that it was erased",
        ],
    ),
    "content put in": (
        "INSERT INTO trail (id, salt, at, user_id, user_name, action) SELECT 99, salt, at, 'u', 'n', 'view' FROM trail WHERE id = 1",
        ["the trail says something under number 99, which the chain does not have"],
    ),
    "the first day removed": (
        "DELETE FROM trail WHERE id < 5; DELETE FROM trail_line WHERE id < 5",
        [
            "lines 1 to 4 are gone, between the beginning and line 5 (day 2026-03-02, number 1)",
            "day 2026-03-01 is gone whole: it had 4 line(s)",
        ],
    ),
    "a day removed": (
        "DELETE FROM trail WHERE id BETWEEN 5 AND 8; DELETE FROM trail_line WHERE id BETWEEN 5 AND 8",
        [
            "lines 5 to 8 are gone, between line 4 (day 2026-03-01, number 4) and line 9 (day 2026-03-03, number 1)",
            "day 2026-03-02 is gone whole: it had 4 line(s)",
        ],
    ),
    "the tail cut": (
        "DELETE FROM trail WHERE id > 10; DELETE FROM trail_line WHERE id > 10",
        [
            "the tail is cut after line 10 (day 2026-03-03, number 2): line 12 (day 2026-03-03, number 4) was published at"
        ],
    ),
    "the last day cut": (
        "DELETE FROM trail WHERE id > 8; DELETE FROM trail_line WHERE id > 8",
        [
            "day 2026-03-03 is gone whole: it had 4 line(s)",
            "the tail is cut after line 8 (day 2026-03-02, number 4): line 12 (day 2026-03-03, number 4) was published at",
        ],
    ),
    "everything gone": (
        "TRUNCATE trail, trail_line",
        [
            "day 2026-03-01 is gone whole",
            "day 2026-03-02 is gone whole",
            "day 2026-03-03 is gone whole",
            "the tail is cut after the beginning: line 12",
        ],
    ),
    # The attacker knows how: cuts, and lets the database itself write another end.
    "the tail made anew": (
        "DELETE FROM trail WHERE id > 10; DELETE FROM trail_line WHERE id > 10; ALTER TABLE trail ENABLE TRIGGER USER;"
        + "INSERT INTO trail (at, user_id, user_name, action) VALUES ('2026-03-03T01:00Z', 'u', 'n', 'view');" * 3,
        [
            "line 12 (day 2026-03-03, number 4) is not the one that was published at",
        ],
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_by_the_owner_of_the_table_is_found_and_named(schema: Schema, attack: str) -> None:
    statements, expected = ATTACKS[attack]
    async with some_days(schema) as (pool, heads):
        await pool.execute(statements)
        found = recent(await verdict(pool, heads))
        assert len(found) == len(expected), found
        for finding, beginning in zip(found, expected, strict=True):
            assert finding.startswith(beginning)


async def test_two_heads_that_contradict_each_other_are_found(schema: Schema) -> None:
    async with some_days(schema) as (pool, heads):
        forged = TrailHead(day=heads[0].day, line=4, place=4, hash="00" * 32, at=heads[0].at)
        assert any("line 4 " in finding for finding in recent(await verdict(pool, [*heads, forged])))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET user_id = 'x'",
        "DELETE FROM trail",
        "TRUNCATE trail",
        "UPDATE trail_line SET place = 2",
        "DELETE FROM trail_line",
        "TRUNCATE trail_line",
    ],
)
async def test_the_trail_only_grows(schema: Schema, statement: str) -> None:
    async with store(schema) as pool:
        await take(pool, signal())
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await pool.execute(statement)


async def test_erased_content_is_gone_and_the_chain_still_holds(schema: Schema) -> None:
    async with store(schema) as pool:
        for number in range(3):
            await take(pool, signal(signal_id=f"s{number}", person=f"p{number}"))
        alert = await pool.fetchval("SELECT alert FROM trail WHERE id = 2")
        word = Entry(alert=None, at=T0, user="beheer", name="Beheer", action=ERASE, choice="wissing")
        async with pool.acquire() as connection:
            assert await erase(connection, alert, word) == 1 and await erase(connection, alert, word) == 0
        heads = await publish_heads(pool)
        found = await verdict(pool, heads)
        assert (found.findings, found.lines, found.erased) == ([], 4, 1)
        assert await pool.fetchval("SELECT count(*) FROM trail WHERE alert = $1", alert) == 0
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await pool.execute("DELETE FROM trail WHERE action = 'erase'")


async def test_writers_at_once_make_one_chain(schema: Schema) -> None:
    async with store(schema) as pool, store(schema) as other:

        async def write(through: Pool, number: int) -> None:
            line = Entry(alert=None, at=T0, user="u", name=f"{number}", action=COMMAND, choice="x")
            async with through.acquire() as connection, connection.transaction():
                await note(connection, line, line)

        await asyncio.gather(*(write(pool if n % 2 else other, n) for n in range(60)))
        found = await verdict(pool, await publish_heads(pool))
        assert (found.findings, found.lines) == ([], 120)
        names = [row["user_name"] for row in await pool.fetch("SELECT user_name FROM trail ORDER BY id")]
        assert names[::2] == names[1::2] and len(set(names)) == 60


async def test_lines_from_before_the_chain_come_over_in_their_order(schema: Schema) -> None:
    every = [
        m
        for package, folder in (("vangnet_runtime", "schema"), ("vangnet_notifier", "migrations"))
        for m in read_migrations(package, folder)
    ]
    before = [m for m in every if m.part == "vangnet_runtime" or m.number < 9]
    pool = await connect(schema.dsn, schema.name, most=2)
    try:
        async with pool.acquire() as connection:
            await apply(connection, before)
            for number in (1, 2, 4, 9):  # a transaction that was rolled back has left a hole
                await connection.execute(
                    "INSERT INTO trail (id, recorded_at, alert, at, user_id, user_name, action) OVERRIDING SYSTEM VALUE "
                    "VALUES ($1, $2, 'a', $3, 'u', $4, 'view')",
                    number,
                    T0 + timedelta(days=number),
                    T0,
                    f"Eerder {number}",
                )
        await migrate(pool, "vangnet_notifier")
        found = await verdict(pool, await publish_heads(pool))
        assert (found.findings, found.lines, found.heads) == ([], 4, 4)
        rows = await pool.fetch("SELECT id, user_name, recorded_at FROM trail JOIN trail_line USING (id) ORDER BY id")
        assert [tuple(row) for row in rows] == [
            (place, f"Eerder {number}", T0 + timedelta(days=number)) for place, number in enumerate((1, 2, 4, 9), 1)
        ]
    finally:
        await pool.close()


def audit(region: Region, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *argv], env={**os.environ, **region.environment}, capture_output=True, text=True, check=False
    )


def test_an_operator_verifies_against_the_topic_and_leaves_lines_himself(region: Region) -> None:
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    assert audit(region, "alerts").returncode == 0
    assert ["export", "alerts"] in region.rows("SELECT action, choice FROM trail ORDER BY id DESC LIMIT 5")
    asyncio.run(_publish(region))
    until(lambda: "published heads: 1, " in audit(region, "audit", "verify").stderr, "the published head")
    whole = audit(region, "audit", "verify")
    assert (whole.returncode, whole.stdout) == (0, "") and whole.stderr.startswith("whole: "), whole

    assert audit(region, "audit", "erase", "--alert", "unknown", "--ground", "wissing").returncode == 1
    assert audit(region, "audit", "erase", "--alert", alert, "--ground", "wissing").returncode == 0
    assert region.rows(f"SELECT count(*) FROM trail WHERE alert = '{alert}' AND action = 'raise'") == [["0"]]
    assert audit(region, "audit", "verify").returncode == 0

    tamper = (
        "ALTER TABLE trail DISABLE TRIGGER USER; UPDATE trail SET user_name = {}; ALTER TABLE trail ENABLE TRIGGER USER"
    )
    [[own]] = region.rows("SELECT max(id) FROM trail WHERE action = 'export'")
    region.rows(tamper.format(f"user_name || '!' WHERE id = {own}"))
    changed = audit(region, "audit", "verify")
    assert changed.returncode == 1 and changed.stdout.startswith(f"what line {own} (day "), changed
    region.rows(tamper.format(f"rtrim(user_name, '!') WHERE id = {own}"))
    assert audit(region, "audit", "verify").returncode == 0


async def _publish(region: Region) -> None:
    """What the service does every five minutes."""
    pool = await connect(region.postgres.dsn("notifier"), "notifier", most=1)
    try:
        await publish_heads(pool)
    finally:
        await pool.close()
