"""A message that cannot be processed parks its key; the partition goes on; the operator's commands keep the order."""

import asyncio

from typer.testing import CliRunner
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.settings import StatefulSettings

from tests.integration.runtime.rig import Rig, assert_exact, make_input


def command(rig: Rig, *words: str) -> str:
    """Runs `parked <words>` as an operator would."""

    class Settings(StatefulSettings):
        service = rig.name

    done = CliRunner().invoke(parked_commands(Settings), words, env={"VANGNET_DATABASE": rig.schema.dsn})
    assert done.exit_code == 0, done.output
    return done.stdout


async def test_a_parked_key_waits_in_order_until_it_is_replayed(rig: Rig) -> None:
    values = make_input(200)
    rig.poison.write_text("k7:1")
    pool = await rig.pool()
    await rig.send(values)
    async with rig.running(pool):
        await rig.done(pool)
        rest = [value for value in values if not value.startswith(b"k7:")]
        await assert_exact(rig, pool, rest)

        listed = await asyncio.to_thread(command, rig, "list")
        assert "10 message(s)" in listed
        assert "ArithmeticError" in listed
        assert "k7" not in listed
        handle = listed.split()[0]

        await asyncio.to_thread(command, rig, "replay", handle)
        await nothing_ordered(pool)
        assert "10 message(s)" in await asyncio.to_thread(command, rig, "list"), "still poison: all of it waits on"

        rig.poison.write_text("")
        more = make_input(40, start=200)
        await rig.send(more)
        await asyncio.to_thread(command, rig, "replay", handle)
        await nothing_ordered(pool)
        assert await asyncio.to_thread(command, rig, "list") == ""
        await rig.done(pool)
    await assert_exact(rig, pool, values + more)
    await pool.close()


async def test_a_replay_stops_at_the_next_message_that_fails(rig: Rig) -> None:
    values = make_input(200)
    rig.poison.write_text("k7:1 k7:61")
    pool = await rig.pool()
    await rig.send(values)
    async with rig.running(pool):
        await rig.done(pool)
        handle = (await asyncio.to_thread(command, rig, "list")).split()[0]
        rig.poison.write_text("k7:61")
        await asyncio.to_thread(command, rig, "replay", handle)
        await nothing_ordered(pool)
        assert "7 message(s)" in await asyncio.to_thread(command, rig, "list")
        assert await pool.fetchval("SELECT n FROM tally WHERE key = 'k7'") == 3

        await asyncio.to_thread(command, rig, "drop", handle)
        await nothing_ordered(pool)
        await rig.done(pool)
    dropped = {value for value in values if value.startswith(b"k7:")} - {b"k7:1", b"k7:21", b"k7:41"}
    await assert_exact(rig, pool, [value for value in values if value not in dropped])
    await pool.close()


async def test_many_bad_keys_do_not_stop_the_partition(rig: Rig) -> None:
    values = make_input(120)
    bad = {f"k{n}" for n in range(0, 20, 2)}
    rig.poison.write_text(" ".join(value.decode() for value in values if value.decode().partition(":")[0] in bad))
    pool = await rig.pool()
    await rig.send(values)
    async with rig.running(pool):
        await rig.done(pool)
    await assert_exact(rig, pool, [value for value in values if value.decode().partition(":")[0] not in bad])
    assert await pool.fetchval("SELECT count(*) FROM parked") == 60
    await pool.close()


async def test_a_message_that_has_to_wait_holds_its_partition_not_ready_and_parks_nothing(rig: Rig) -> None:
    values = make_input(120)
    rig.poison.write_text("later:k7:61")
    pool = await rig.pool()
    await rig.send(values)
    async with rig.running(pool) as (_, readiness):
        async with asyncio.timeout(60):
            while "not here yet" not in readiness.reasons.get("write", ""):
                await asyncio.sleep(0.05)
        assert await pool.fetchval("SELECT n FROM tally WHERE key = 'k7'") == 3, "what came before it is done"
        assert await pool.fetchval("SELECT count(*) FROM parked") == 0
        rig.poison.write_text("")
        await rig.done(pool)
        assert "write" not in readiness.reasons
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_a_database_that_does_not_fit_parks_nothing_and_says_what_is_the_matter(rig: Rig) -> None:
    values = make_input(20)
    pool = await rig.pool()
    await pool.execute("ALTER TABLE tally RENAME COLUMN n TO m")
    await rig.send(values)
    async with rig.running(pool) as (_, readiness), asyncio.timeout(60):
        while "SQLSTATE 42703" not in readiness.reasons.get("write", ""):
            await asyncio.sleep(0.02)
        assert await pool.fetchval("SELECT count(*) FROM parked") == 0
        assert "tally" not in readiness.reasons["write"]
        await pool.execute("ALTER TABLE tally RENAME COLUMN m TO n")
        await rig.done(pool)
        assert readiness.ready
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_what_is_no_message_becomes_a_dead_letter_without_its_bytes(rig: Rig) -> None:
    values = make_input(50)
    pool = await rig.pool()
    await rig.send([*values[:25], b"123456782", *values[25:]])
    async with rig.running(pool):
        await rig.done(pool)
    await assert_exact(rig, pool, values)
    letter = await pool.fetchrow("SELECT * FROM dead_letter")
    assert letter["reason"] == "no-colon"
    assert letter["size"] == 9
    assert len(letter["value_sha256"]) == 32
    assert b"123456782" not in str(dict(letter)).encode()
    await pool.close()


async def nothing_ordered(pool) -> None:
    """Until the running service has done what was asked."""
    async with asyncio.timeout(60):
        while await pool.fetchval("SELECT count(*) FROM parked_order"):
            await asyncio.sleep(0.05)
