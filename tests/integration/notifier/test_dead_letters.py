"""Mails that do not arrive: given up, returned, tried anew by an operator; and the proof that nobody was forgotten."""

import os
import subprocess

from prometheus_client import generate_latest
from vangnet_notifier.adapters import dead_letters
from vangnet_notifier.adapters.figures import prove
from vangnet_notifier.domain.bounce import bounced
from vangnet_notifier.domain.commands import Release
from vangnet_runtime.metrics import REGISTRY

from tests.integration.conftest import Schema
from tests.integration.notifier.region import PROGRAM, Region, until
from tests.integration.notifier.servers import Postbox, dying_mid_message, listening
from tests.integration.notifier.store import inbox, store, take
from tests.integration.notifier.test_delivery import QUICK, deliver, postman, receipts
from tests.unit.notifier.bounces import returned
from tests.unit.notifier.signals import REVIEWER, signal


async def test_a_server_that_dies_mid_message_gets_it_again(schema: Schema) -> None:
    postbox = Postbox()
    async with store(schema) as pool:
        await take(pool, signal())
        with dying_mid_message() as (port, read):
            await postman(pool, port).round()
        assert any(line.startswith(b"Message-ID") for line in read)
        assert await receipts(pool) == [("unreachable", None)]
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
        assert f"Message-ID: {postbox.accepted[0]}".encode() in b"".join(read)


async def test_an_operator_lets_a_dead_letter_be_tried_anew_with_all_its_attempts(schema: Schema) -> None:
    postbox = Postbox(*["450 mailbox busy"] * (2 * QUICK.attempts - 2), "550 no such user")
    async with store(schema) as pool:
        await take(pool, signal())
        with listening(postbox) as port:
            await deliver(pool, port, postbox)
            assert await pool.fetchval("SELECT state FROM delivery") == "failed"
            async with pool.acquire() as connection:
                [letter] = await dead_letters.dead_letters(connection)
                assert (letter.attempts, letter.why) == (QUICK.attempts, "refused 450")
                assert await dead_letters.replay(connection, "another") == 0
                assert await dead_letters.replay(connection, letter.id) == 1
            await deliver(pool, port, postbox)
            assert await pool.fetchval("SELECT state FROM delivery") == "failed"
            async with pool.acquire() as connection:
                [letter] = await dead_letters.dead_letters(connection)
                assert (letter.attempts, letter.why) == (2 * QUICK.attempts - 1, "refused 550")
                assert await dead_letters.replay(connection, None) == 1
            await deliver(pool, port, postbox)
        assert await pool.fetchval("SELECT state FROM delivery") == "sent"
        assert len(set(postbox.seen)) == 1 and len(postbox.seen) == 2 * QUICK.attempts


async def test_what_was_withdrawn_meanwhile_is_not_sent_by_a_replay(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal())
        await pool.execute("UPDATE delivery SET state = 'failed', attempts = 20, failed_at = now()")
        await take(pool, signal("withdrawn", items=()))
        async with pool.acquire() as connection:
            await dead_letters.replay(connection, None)
        assert await pool.fetchval("SELECT state FROM delivery WHERE kind = 'candidate'") == "cancelled"


async def test_the_proof_counts_every_released_alert_and_names_one_that_nobody_was_told_of(schema: Schema) -> None:
    async with store(schema) as pool:
        for number in range(5):
            await take(pool, signal(signal_id=f"s{number}", person=f"p{number}"))
        alerts = [row["id"] for row in await pool.fetch("SELECT id FROM alert ORDER BY id")]
        for alert in alerts[:4]:
            await inbox(pool).decide(alert, Release(seen=1), REVIEWER)
        await pool.execute("UPDATE delivery SET state = 'sent' WHERE alert = $1", alerts[0])
        await pool.execute("UPDATE delivery SET state = 'failed' WHERE alert = $1", alerts[1])
        await pool.execute("DELETE FROM delivery WHERE kind = 'released' AND alert = $1", alerts[2])
        async with pool.acquire() as connection:
            counts = await dead_letters.proof(connection)
            assert counts == {"told": 1, "under-way": 1, "failed": 1, "withdrawn": 0, "missing": 1}
            assert await dead_letters.untold(connection) == [alerts[2]]
        await prove(pool)
        assert 'vangnet_released_alerts{told="missing"} 1.0' in generate_latest(REGISTRY).decode()


async def test_a_mail_that_comes_back_has_failed_also_when_its_attempt_is_not_noted_yet(schema: Schema) -> None:
    async with store(schema) as pool:
        for number in range(2):
            await take(pool, signal(signal_id=f"s{number}", person=f"p{number}"))
        names = [row["id"] for row in await pool.fetch("SELECT id FROM delivery ORDER BY id")]
        await pool.execute("UPDATE delivery SET state = 'sent' WHERE id = $1", names[0])
        await pool.execute("UPDATE delivery SET state = 'sending', attempts = 1 WHERE id = $1", names[1])
        async with pool.acquire() as connection:
            for name in names:
                bounce = bounced(returned(name))
                assert bounce and await dead_letters.note_bounce(connection, bounce)
                assert not await dead_letters.note_bounce(connection, bounce)
            assert {letter.why for letter in await dead_letters.dead_letters(connection)} == {"bounced 5.1.1"}


def deliveries(region: Region, *words: str, mail: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(PROGRAM), "deliveries", *words],
        env={**os.environ, **region.environment},
        input=mail,
        capture_output=True,
        check=False,
    )


def webhooks(region: Region, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **region.environment}
    return subprocess.run([str(PROGRAM), "webhooks", *words], env=environment, capture_output=True, check=False)


def test_the_operators_commands(region: Region) -> None:
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    sent = f"SELECT id FROM delivery WHERE alert = '{alert}' AND state = 'sent'"
    [[name]] = until(lambda: region.rows(sent), "the mail")
    assert deliveries(region, "bounce", mail=b"Subject: out of office\n\nback on Monday").returncode == 0
    assert not deliveries(region, "failed").stdout
    assert deliveries(region, "bounce", mail=returned(name)).returncode == 0
    assert name.encode() in deliveries(region, "failed").stdout
    assert deliveries(region, "replay").returncode == 2 and deliveries(region, "replay", "x").returncode == 1
    assert deliveries(region, "replay", name).returncode == 0
    until(lambda: region.rows(sent), "the mail again")
    assert len({mail["text"] for mail in region.mails(alert)}) == 1 and len(region.mails(alert)) == 2
    assert b"missing 0" in deliveries(region, "proof").stdout
    assert webhooks(region, "disabled").stdout == b"" and webhooks(region, "enable", "zaken").returncode == 1
    region.rows(f"INSERT INTO webhook_disabled (target, delivery) VALUES ('zaken', '{name}')")
    assert webhooks(region, "disabled").stdout.startswith(b"zaken  since ")
    assert webhooks(region, "enable", "zaken").returncode == 0 and not webhooks(region, "disabled").stdout
    away = {**region.environment, "VANGNET_DATABASE": "postgresql://x:y@127.0.0.1:9/none"}
    argv = [str(PROGRAM), "deliveries", "bounce"]
    assert subprocess.run(argv, env={**os.environ, **away}, input=returned(name), check=False).returncode == 75
