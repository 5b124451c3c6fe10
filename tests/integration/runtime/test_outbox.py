"""The outbox and its relay: what is committed is published, in order; what is published twice is dropped by the receiver."""

import asyncio

from vangnet_local.postgres import Postgres
from vangnet_runtime import outbox
from vangnet_runtime.headers import pack
from vangnet_runtime.migrations import read_migrations
from vangnet_runtime.outbox import Outbox
from vangnet_runtime.records import Outgoing

from tests.integration.conftest import Schema
from tests.integration.runtime.rig import Rig, assert_exact, make_input

NOTHING_DELETED = """
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION keep();
"""
"""As if the process always died between publishing and deleting."""


async def test_a_restarted_relay_repeats_and_the_next_service_drops(rig: Rig, postgres: Postgres) -> None:
    postgres.sql(f"CREATE SCHEMA {rig.name}b")
    after = Rig(rig.kafka, Schema(f"{rig.name}b", rig.schema.dsn, rig.schema.folder), upstream=rig.out)
    after.prepare()
    values = make_input(100)
    pool, pool_after = await rig.pool(), await after.pool()
    await rig.send(values)
    await pool.execute(NOTHING_DELETED)
    first = rig.start()
    while sum(map(len, (await rig.raw(rig.out)).values())) < len(values):
        await asyncio.sleep(0.01)
    first.kill()
    first.join()
    await pool.execute("DROP FUNCTION keep CASCADE")
    rig.start()
    await rig.done(pool)
    async with after.running(pool_after):
        await after.done(pool_after)
    assert await assert_exact(rig, pool, values) >= len(values)
    assert await pool_after.fetchval("SELECT sum(n) FROM tally") == len(values)
    await pool.close()
    await pool_after.close()


async def test_handlers_put_messages_in_their_own_transaction(rig: Rig) -> None:
    """Numbers follow commits, a rolled-back one leaves no hole, and the running service publishes them."""
    pool = await rig.pool()
    messages = Outbox(rig.name)
    key = b"k1"

    async def put(n: int) -> None:
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await messages.put(connection, Outgoing(rig.out, 0, key, f"k1:{n}".encode()))
            await asyncio.sleep(0.01)
            await (transaction.rollback() if n % 3 == 0 else transaction.commit())

    async with rig.running(pool):
        await asyncio.gather(*(put(n) for n in range(30)))
        await rig.done(pool)
    published, repeats = await rig.published()
    assert repeats == 0
    assert sorted(published["k1"]) == sorted(f"k1:{n}".encode() for n in range(30) if n % 3)
    await pool.close()


async def test_what_waited_as_a_row_a_message_is_still_published(rig: Rig) -> None:
    """The tables as they were before chunks, with a message in them."""
    pool = await rig.pool()
    message = Outgoing(rig.out, 0, b"k1", b"k1:1", (("h", b"\x00"),))
    async with pool.acquire() as connection:
        await connection.execute(
            "CREATE SCHEMA old; SET search_path = old; CREATE TABLE outbox (producer text, topic text, partition integer,"
            " seq bigint, key bytea, value bytea, headers bytea, PRIMARY KEY (producer, topic, partition, seq))"
        )
        await connection.execute(
            "INSERT INTO outbox VALUES ('p', $1, 0, 7, $2, $3, $4)",
            message.topic,
            message.key,
            message.value,
            pack(message.headers),
        )
        chunks = next(found for found in read_migrations("vangnet_runtime", "schema") if "chunks" in found.name)
        await connection.execute(chunks.sql)
        [read] = await outbox.read(connection, "p", 10, 10)
        assert (read.first, read.last, read.messages) == (7, 7, [message])
        await connection.execute("DROP SCHEMA old CASCADE")
    await pool.close()


async def test_large_messages_pass(rig: Rig) -> None:
    pool = await rig.pool()
    values = [b"k1:" + b"x" * 800_000, b"k1:2"]
    await rig.send(values)
    async with rig.running(pool):
        await rig.done(pool)
    await assert_exact(rig, pool, values)
    await pool.close()
