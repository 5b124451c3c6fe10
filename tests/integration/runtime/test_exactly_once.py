"""Final state and messages are a function of the input alone: not of batch sizes, kills, stops, restarts."""

import asyncio
import os
import random
import signal

import pytest
from vangnet_local.postgres import Postgres

from tests.integration.conftest import Schema
from tests.integration.runtime.rig import Rig, assert_exact, make_input


@pytest.mark.parametrize("batch", [1, 7, 1000])
async def test_result_does_not_depend_on_the_batch_size(rig: Rig, batch: int) -> None:
    rig.batch = batch
    values = make_input(300)
    await rig.send(values)
    pool = await rig.pool()
    async with rig.running(pool):
        await rig.done(pool)
    assert await assert_exact(rig, pool, values) == 0
    await pool.close()


async def test_sigkill_at_any_moment_changes_nothing(rig: Rig) -> None:
    rig.batch = 7
    values = make_input(2000)
    pool = await rig.pool()
    moments = random.Random(4)
    await rig.send(values)
    for kills in range(3):
        process = rig.start()
        await rig.progress(pool, kills * 400 + moments.randrange(1, 300))
        await asyncio.sleep(moments.uniform(0, 0.02))
        process.kill()
        process.join()
    rig.start()
    await rig.done(pool)
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_a_replica_with_a_name_has_its_partitions_back_at_once(rig: Rig) -> None:
    """Killed or stopped: its successor does not wait until the group gives up on it, which here would take ten minutes."""
    rig.batch, rig.session_ms, rig.instance = 7, 600_000, "toy-1"
    values = make_input(900)
    pool = await rig.pool()
    await rig.send(values)
    for end in (signal.SIGKILL, signal.SIGTERM):
        process = rig.start()
        await rig.progress(pool, (await pool.fetchval("SELECT sum(next) FROM input_offset") or 0) + 100)
        os.kill(process.pid, end)
        process.join()
    rig.start()
    await rig.done(pool)
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_two_replicas_with_one_name_double_nothing(rig: Rig) -> None:
    rig.batch, rig.instance = 7, "toy-1"
    pool = await rig.pool()
    first = rig.start()
    values = make_input(1500)
    sending = asyncio.create_task(rig.send(values))
    await rig.progress(pool, 50)
    rig.start()
    await sending
    await asyncio.sleep(3)
    first.kill()
    await rig.done(pool)
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_a_stopped_process_that_wakes_after_takeover_doubles_nothing(rig: Rig, postgres: Postgres) -> None:
    """Its fence fails, and what its relay still publishes is dropped by the next service."""
    postgres.sql(f"CREATE SCHEMA {rig.name}b")
    after = Rig(rig.kafka, Schema(f"{rig.name}b", rig.schema.dsn, rig.schema.folder), upstream=rig.out)
    after.prepare()
    rig.batch = 20
    values = make_input(6000)
    pool, pool_after = await rig.pool(), await after.pool()
    async with after.running(pool_after):
        zombie = rig.start()
        sending = asyncio.create_task(rig.send(values[:3000]))
        await rig.progress(pool, 500)
        os.kill(zombie.pid, signal.SIGSTOP)
        assert await pool.fetchval("SELECT sum(next) FROM input_offset") < len(values)
        rig.batch = 1000
        rig.start()
        await sending
        await rig.send(values[3000:])
        await rig.done(pool)
        os.kill(zombie.pid, signal.SIGCONT)
        await asyncio.sleep(2)
        more = make_input(200, start=6000)
        await rig.send(more)
        await rig.done(pool)
        await after.done(pool_after)
    await assert_exact(rig, pool, values + more)
    seen = await pool_after.fetchval("SELECT sum(n) FROM tally")
    assert seen == len(values + more)
    await pool.close()
    await pool_after.close()


async def test_a_database_restart_needs_no_restart_of_the_service(rig: Rig, postgres: Postgres) -> None:
    rig.batch = 7
    values = make_input(900)
    pool = await rig.pool()
    async with rig.running(pool) as (_, readiness):
        await rig.send(values[:300])
        await asyncio.sleep(0.3)
        postgres.kill()
        await rig.send(values[300:])
        await until(lambda: "write" in readiness.reasons)
        postgres.start()
        await rig.done(pool)
        assert readiness.ready, readiness.reasons
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_a_broker_restart_needs_no_restart_of_the_service(rig: Rig) -> None:
    rig.batch = 7
    values = make_input(900)
    pool = await rig.pool()
    async with rig.running(pool):
        await rig.send(values[:300])
        await asyncio.sleep(0.3)
        await asyncio.to_thread(rig.kafka.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(rig.kafka.start)
        await rig.send(values[300:])
        await rig.done(pool)
    await assert_exact(rig, pool, values)
    await pool.close()


async def test_sigterm_ends_in_order(rig: Rig) -> None:
    """Exit code 0, within seconds, outbox empty, and the next owner goes on at once: the group was left."""
    pool = await rig.pool()
    process = rig.start()
    values = make_input(3000)
    await rig.send(values)
    await rig.progress(pool, 1)
    process.terminate()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == 0
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0
    rig.start()
    await rig.done(pool)
    assert await assert_exact(rig, pool, values) == 0
    await pool.close()


async def until(condition, within: float = 60.0) -> None:
    """Waits for it."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.05)
