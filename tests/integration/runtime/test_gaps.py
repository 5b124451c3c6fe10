"""Holes: an offset that is gone, a message of the upstream service that is missing. Nothing is skipped in silence."""

import asyncio
import shlex
from collections.abc import Callable

from aiokafka import AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka import TopicPartition as Place
from typer.testing import CliRunner
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.sequence import header
from vangnet_runtime.settings import StatefulSettings

from tests.integration.runtime.rig import Rig, assert_exact, make_input


async def test_a_log_that_starts_after_the_offset_halts_until_the_loss_is_accepted(rig: Rig) -> None:
    values = make_input(200)
    pool = await rig.pool()
    await rig.send(values)
    ends = await rig.ends()
    admin = KafkaAdminClient(bootstrap_servers=rig.kafka.bootstrap)
    admin.delete_records({Place(rig.topic, 0): 50})
    admin.close()
    async with rig.running(pool) as (_, readiness):
        await until(lambda: "partition-0" in readiness.reasons)
        assert "expected 0, found 50" in readiness.reasons["partition-0"]
        while await pool.fetchval("SELECT next FROM input_offset WHERE partition = 1") != ends[1]:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(do_as_told, rig, readiness.reasons["partition-0"])
        await rig.done(pool)
        assert readiness.ready, readiness.reasons
    kept = {record.value for records in (await rig.raw(rig.topic)).values() for record in records}
    assert len(kept) == 150
    await assert_exact(rig, pool, [value for value in values if value in kept])
    await pool.close()


async def test_a_hole_inside_the_log_is_passed(rig: Rig) -> None:
    """Transactions leave markers that no reader sees."""
    values = make_input(60)
    pool = await rig.pool()
    producer = AIOKafkaProducer(bootstrap_servers=rig.kafka.bootstrap, transactional_id=rig.name)
    await producer.start()
    for start in range(0, 60, 20):
        async with producer.transaction():
            for value in values[start : start + 20]:
                await producer.send(rig.topic, value, b"k", 0)
    await producer.stop()
    await rig.send([b"z:more"])
    async with rig.running(pool) as (_, readiness):
        async with asyncio.timeout(60):
            while await pool.fetchval("SELECT sum(n) FROM tally") != 61:
                await asyncio.sleep(0.05)
        assert readiness.ready, readiness.reasons
    await assert_exact(rig, pool, [*values, b"z:more"])
    await pool.close()


async def test_repeats_are_dropped_and_a_missing_number_halts(rig: Rig) -> None:
    pool = await rig.pool()
    await send_numbered(rig, [1, 2, 1, 2, 3, 3])
    async with rig.running(pool) as (_, readiness):
        await rig.done(pool)
        await assert_exact(rig, pool, [b"k1:1", b"k1:2", b"k1:3"])
        await send_numbered(rig, [4, 6, 7])
        await until(lambda: "partition-0" in readiness.reasons)
        assert "expected 5, found 6" in readiness.reasons["partition-0"]
        await asyncio.sleep(1.5)
        assert await pool.fetchval("SELECT sum(n) FROM tally") == 4, "what came before the hole counts, nothing after"
        await asyncio.to_thread(do_as_told, rig, readiness.reasons["partition-0"])
        await rig.done(pool)
    await assert_exact(rig, pool, [f"k1:{n}".encode() for n in (1, 2, 3, 4, 6, 7)])
    await pool.close()


async def send_numbered(rig: Rig, numbers: list[int]) -> None:
    """As an upstream relay would."""
    producer = AIOKafkaProducer(bootstrap_servers=rig.kafka.bootstrap)
    await producer.start()
    for number in numbers:
        await producer.send_and_wait(rig.topic, f"k1:{number}".encode(), b"k1", 0, headers=[header("up/0", number)])
    await producer.stop()


def do_as_told(rig: Rig, text: str) -> None:
    """Runs the command that the alarm names."""

    class Settings(StatefulSettings):
        service = rig.name

    words = shlex.split(text.partition(" parked ")[2])
    done = CliRunner().invoke(parked_commands(Settings), words, env={"VANGNET_DATABASE": rig.schema.dsn})
    assert done.exit_code == 0, done.output


async def until(condition: Callable[[], bool], within: float = 60.0) -> None:
    """Waits for it."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.05)
