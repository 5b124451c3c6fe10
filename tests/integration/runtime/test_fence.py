"""The fence: whoever comes second with the same offset changes nothing at all."""

import asyncpg
import pytest
from vangnet_runtime import fence
from vangnet_runtime.batch import Batch, decoded
from vangnet_runtime.faults import fence_lost
from vangnet_runtime.lane import Lane
from vangnet_runtime.records import Record
from vangnet_runtime.writer import Writer

from tests.integration.runtime.rig import Rig
from tests.integration.runtime.toy import Counting, Item


async def batch_for(rig: Rig, lane: Lane, stage: Counting, values: list[bytes]) -> Batch[Item]:
    records = [Record(rig.topic, 0, lane.next + n, 0, b"k", value, ()) for n, value in enumerate(values)]
    return decoded(lane, lane.next, records, await stage.decode(records))


async def snapshot(pool: asyncpg.Pool) -> dict[str, list[tuple[object, ...]]]:
    tables = ("tally", "outbox", "outbox_seq", "input_offset", "input_seq", "parked", "dead_letter")
    return {name: [tuple(row) for row in await pool.fetch(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in tables}


async def test_two_owners_of_one_partition_write_a_batch_once(rig: Rig) -> None:
    """As when a stopped process wakes between two transactions, with the next batch in hand."""
    pool = await rig.pool()
    stage = Counting(rig.name, rig.topic, rig.out, poison=rig.poison)
    async with pool.acquire() as connection:
        awake = await fence.read_lane(connection, Lane(0, rig.name))
        sleeper = await fence.read_lane(connection, Lane(0, rig.name))
        values = [b"a:1", b"no message", b"b:2"]
        mine, theirs = await batch_for(rig, awake, stage, values), await batch_for(rig, sleeper, stage, values)
        await Writer(stage).write(connection, mine, {})
        before = await snapshot(pool)
        with pytest.raises(asyncpg.PostgresError) as refused:
            await Writer(stage).write(connection, theirs, {(rig.out, 0): 1, (rig.out, 1): 1})
        assert fence_lost(refused.value)
        assert await snapshot(pool) == before
        assert sleeper.next == 0, "what was not committed is not believed"
    assert [row[2] for row in before["outbox_seq"]] or before["outbox"]
    await pool.close()


async def test_a_stage_that_fails_leaves_nothing_behind(rig: Rig) -> None:
    pool = await rig.pool()
    stage = Counting(rig.name, rig.topic, rig.out, poison=rig.poison)
    rig.poison.write_text("a:2")
    async with pool.acquire() as connection:
        lane = await fence.read_lane(connection, Lane(0, rig.name))
        before = await snapshot(pool)
        with pytest.raises(Exception, match="1"):
            await Writer(stage).write(connection, await batch_for(rig, lane, stage, [b"a:1", b"a:2"]), {})
        assert await snapshot(pool) == before
    await pool.close()
