"""A mail arrives whatever the mail server does: at least once, under one Message-ID; or it is given up, visibly."""

import asyncio
import time
from datetime import timedelta

import pytest
from vangnet_local.ports import LOOPBACK, free_port
from vangnet_notifier.adapters.outbox import PostgresOutbox
from vangnet_notifier.adapters.smtp import Server, SmtpMailer
from vangnet_notifier.domain.commands import Release
from vangnet_notifier.domain.delivery import Patience
from vangnet_notifier.domain.words import Kind
from vangnet_notifier.mails.compose import Composer
from vangnet_notifier.postman import Postman, by_mail
from vangnet_runtime.clock import WallClock
from vangnet_runtime.database import Pool

from tests.integration.conftest import Schema
from tests.integration.notifier.region import items
from tests.integration.notifier.servers import Postbox, closed_to_us, listening
from tests.integration.notifier.store import CLOCK, inbox, store, take
from tests.unit.notifier.signals import ALMERE, POLICY, REVIEWER, signal

QUICK = Patience(first=timedelta(seconds=0.05), longest=timedelta(seconds=0.2), attempts=6)
COMPOSER = Composer(POLICY.region, "https://inbox.example", "vangnet@region.example")


def postman(pool: Pool, port: int, timeout: float = 60.0) -> Postman:
    """Waits longer for the server than any machine takes, unless a test is about waiting."""
    mailer = SmtpMailer(Server(host=LOOPBACK, port=port), command_timeout=timeout)
    outbox = PostgresOutbox(pool, CLOCK, lease=timedelta(hours=1))
    return Postman(outbox, {"mail": by_mail(mailer, COMPOSER.compose)}, WallClock(), jitter=lambda: 0.0, patience=QUICK)


async def deliver(pool: Pool, port: int, postbox: Postbox, within: float = 60.0) -> None:
    """Until nothing waits any more."""
    deadline = time.monotonic() + within
    while await pool.fetchval("SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending')"):
        assert time.monotonic() < deadline, await pool.fetch("SELECT * FROM delivery")
        if not await postman(pool, port, timeout=0.5 if postbox.hangs_next else 60.0).round():
            await asyncio.sleep(0.02)


async def receipts(pool: Pool) -> list[tuple[str, int | None]]:
    rows = await pool.fetch("SELECT result, code FROM delivery_attempt ORDER BY delivery, attempt")
    return [(row["result"], row["code"]) for row in rows]


async def test_refusal_silence_and_a_broken_connection_are_tried_again_with_one_message_id(schema: Schema) -> None:
    postbox = Postbox("451 greylisted", "452 full", "hang", "drop", "250 OK")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        assert len(postbox.seen) == 5 and len(set(postbox.seen)) == 1 and postbox.accepted == postbox.seen[:1]
        found = await receipts(pool)
        assert found[:2] == [("refused", 451), ("refused", 452)] and found[-1] == ("accepted", 250)
        assert {result for result, _ in found[2:4]} <= {"timeout", "unreachable"}
        mailed = await pool.fetch("SELECT choice, recipient FROM trail WHERE action = 'mail'")
        assert [tuple(row) for row in mailed] == [("candidate", "Bea Oordelaar")]


async def test_a_server_that_is_away_and_comes_back(schema: Schema) -> None:
    port, postbox = free_port(), Postbox()
    async with store(schema) as pool:
        await take(pool, signal())
        await postman(pool, port).round()
        assert await receipts(pool) == [("unreachable", None)]
        with listening(postbox, port):
            await deliver(pool, port, postbox)
        assert len(postbox.accepted) == 1


async def test_it_is_given_up_after_a_bound_and_that_is_shown(schema: Schema) -> None:
    postbox = Postbox(*["451 later"] * 20)
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        assert len(postbox.seen) == QUICK.attempts and len(set(postbox.seen)) == 1
        assert await pool.fetchval("SELECT state FROM delivery") == "failed"


@pytest.mark.parametrize("answer", ["550 not this mail", "rcpt 550 no such user"])
async def test_a_refusal_for_good_is_a_dead_letter_at_once(schema: Schema, answer: str) -> None:
    postbox = Postbox(answer)
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        assert await receipts(pool) == [("refused", 550)]
        assert await pool.fetchval("SELECT state FROM delivery") == "failed" and not postbox.accepted


async def test_a_server_that_refuses_us_and_not_the_mail_is_tried_again(schema: Schema) -> None:
    postbox = Postbox()
    async with store(schema) as pool:
        await take(pool, signal())
        with closed_to_us() as port:
            await postman(pool, port).round()
        assert await receipts(pool) == [("refused", 554)]
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        assert len(postbox.accepted) == 1


async def test_a_refused_sender_is_our_fault_and_the_mail_is_tried_again(schema: Schema) -> None:
    postbox = Postbox("from 530 authentication required")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        assert await receipts(pool) == [("refused", 530), ("accepted", 250)]


async def test_no_transaction_is_open_and_no_alert_locked_while_a_mail_is_under_way(schema: Schema) -> None:
    postbox = Postbox("hang")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            sending = asyncio.create_task(postman(pool, port).round())
            while not postbox.seen:
                await asyncio.sleep(0.01)
            busy = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND application_name = $1"
            assert await pool.fetchval(busy, f"vangnet-{schema.name}") == 0
            assert await inbox(pool).decide(await only(pool), Release(seen=1), REVIEWER)
            postbox.released.set()
            await sending


async def test_who_dies_while_sending_leaves_a_lease_that_runs_out(schema: Schema) -> None:
    postbox = Postbox("hang")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            dying = asyncio.create_task(postman(pool, port).round())
            while not postbox.seen:
                await asyncio.sleep(0.01)
            dying.cancel()
            assert await postman(pool, port).round() == 0  # somebody holds it
            await pool.execute("UPDATE delivery SET lease_until = lease_until - '1 hour'::interval")  # an hour later
            assert await postman(pool, port).round() == 1
        assert len(set(postbox.seen)) == 1 and len(postbox.accepted) == 1


async def test_two_replicas_never_send_one_mail_twice(schema: Schema) -> None:
    postbox = Postbox()
    async with store(schema) as pool:
        await take(pool, *(signal(signal_id=f"s{n}", person=f"p{n}") for n in range(30)))
        with listening(postbox) as port:
            while await pool.fetchval("SELECT count(*) FROM delivery WHERE state <> 'sent'"):
                await asyncio.gather(*(postman(pool, port).round() for _ in range(3)))
        assert len(postbox.accepted) == len(set(postbox.accepted)) == 30


async def test_a_withdrawal_cancels_what_nobody_read_and_follows_what_somebody_may_have_read(schema: Schema) -> None:
    postbox = Postbox("451 later")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            await postman(pool, port).round()  # refused: it may have been read all the same
            await inbox(pool).decide(await only(pool), Release(seen=1), REVIEWER)  # never tried
            await take(pool, signal("withdrawn", items=()))
            await deliver(pool, port, postbox)
        rows = await pool.fetch("SELECT kind, email, state FROM delivery ORDER BY kind, email")
        assert [tuple(row) for row in rows] == [
            (Kind.CANDIDATE, "beoordelaar@vangnet.example", "cancelled"),
            (Kind.RELEASED, "coordinator-almere@vangnet.example", "cancelled"),
            (Kind.WITHDRAWN, "beoordelaar@vangnet.example", "sent"),
        ]


async def test_a_failure_noted_after_the_withdrawal_is_not_tried_again(schema: Schema) -> None:
    postbox = Postbox("hang")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            sending = asyncio.create_task(postman(pool, port).round())
            while not postbox.seen:
                await asyncio.sleep(0.01)
            await take(pool, signal("withdrawn", items=()))
            assert await postman(pool, port).round() == 0  # the withdrawal waits for the mail that is under way
            postbox.released.set()
            await sending
            await deliver(pool, port, postbox)
        rows = await pool.fetch("SELECT kind, state FROM delivery ORDER BY kind")
        assert [tuple(row) for row in rows] == [("candidate", "cancelled"), ("withdrawn", "sent")]


async def test_whoever_opened_it_is_told_of_a_change(schema: Schema) -> None:
    postbox = Postbox()
    async with store(schema) as pool:
        await take(pool, signal())
        alert = await only(pool)
        await inbox(pool).decide(alert, Release(seen=1), REVIEWER)
        assert await inbox(pool).look(alert, ALMERE)
        await take(pool, signal("updated", items=items(1, 2, 3)))
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        changed = await pool.fetch("SELECT email FROM delivery WHERE kind = 'changed' ORDER BY email")
        assert [row["email"] for row in changed] == [
            "a@x.example",
            "beoordelaar@vangnet.example",
            "coordinator-almere@vangnet.example",
        ]


async def only(pool: Pool) -> str:
    alert: str = await pool.fetchval("SELECT id FROM alert")
    return alert
