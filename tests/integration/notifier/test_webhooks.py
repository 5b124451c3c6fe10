"""A webhook arrives whatever its receiver does, under one webhook-id and rightly signed; or it is given up, visibly."""

import asyncio
import shutil
import ssl
import time
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from vangnet_contract.policy import Shelf
from vangnet_local.ports import LOOPBACK
from vangnet_notifier.adapters import dead_letters, disabled
from vangnet_notifier.adapters.figures import measure
from vangnet_notifier.adapters.inbox import PostgresInbox
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.adapters.outbox import PostgresOutbox
from vangnet_notifier.adapters.webhook import HttpWebhooks, Limits
from vangnet_notifier.domain.commands import Release
from vangnet_notifier.domain.delivery import Patience
from vangnet_notifier.domain.webhook import secret_bytes
from vangnet_notifier.mails.cloud_event import CloudEvents
from vangnet_notifier.postman import Delivery, Postman, Receipt
from vangnet_runtime.clock import WallClock
from vangnet_runtime.database import Pool
from vangnet_runtime.metrics import REGISTRY

from tests.integration.conftest import Schema
from tests.integration.notifier.hooks import Hook, certified, hearing
from tests.integration.notifier.store import CLOCK, NAMES, store, take
from tests.unit.notifier.signals import DEMO, POLICY, REVIEWER, signal

NEW, OLD = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3", "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk"
OTHER = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcg=="
QUICK = Patience(first=timedelta(seconds=0.05), longest=timedelta(seconds=0.2), attempts=6)
LOCAL = Limits(allowed=(ip_network("127.0.0.0/8"), ip_network("::1/128")), plain=True)
RELEASED = ("released", "webhook", "zaken", "Zaaksysteem")


class System:
    """A region with a system of Almere at `url`, on a database. Mails are accepted without being sent."""

    def __init__(
        self,
        pool: Pool,
        folder: Path,
        url: str,
        limits: Limits = LOCAL,
        *,
        timeout: float = 60.0,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self.pool = pool
        policy = Path(shutil.copytree(DEMO, folder / "policy"))
        with (policy / "people.yaml").open("a") as people:
            people.write(f"webhooks:\n  zaken: {{title: Zaaksysteem, url: '{url}', municipalities: [GM0034]}}\n")
        self.offices = Offices(Shelf(policy), NAMES, played=True)
        events = CloudEvents(POLICY.region, "https://inbox.example")
        keys = {"zaken": [secret_bytes(NEW), secret_bytes(OLD)]}
        people = self.offices.current.policy.people
        self.hooks = HttpWebhooks(
            lambda: people, keys, events, clock=WallClock(), limits=limits, step_timeout=timeout, certificates=trusted
        )

    async def release(self) -> str:
        """A signal, released; the alert."""
        await take(self.pool, signal(), offices=self.offices)
        alert: str = await self.pool.fetchval("SELECT id FROM alert")
        await PostgresInbox(self.pool, self.offices, CLOCK).decide(alert, Release(seen=1), REVIEWER)
        return alert

    async def round(self) -> int:
        """One look at the outbox."""
        outbox = PostgresOutbox(self.pool, CLOCK, lease=timedelta(hours=1))
        postman = Postman(
            outbox, {"mail": no_matter, "webhook": self.hooks.send}, WallClock(), jitter=lambda: 0.0, patience=QUICK
        )
        return await postman.round()

    async def deliver(self) -> None:
        """Until nothing waits any more."""
        deadline = time.monotonic() + 60
        while await self.pool.fetchval("SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending')"):
            assert time.monotonic() < deadline, await self.pool.fetch("SELECT * FROM delivery")
            if not await self.round():
                await asyncio.sleep(0.02)

    async def receipts(self) -> list[tuple[str, int | None]]:
        """Of webhooks, in order."""
        rows = await self.pool.fetch(
            "SELECT a.result, a.code FROM delivery_attempt a JOIN delivery d ON d.id = a.delivery "
            "WHERE d.channel = 'webhook' ORDER BY a.delivery, a.attempt"
        )
        return [(row["result"], row["code"]) for row in rows]

    async def state(self) -> str:
        """Of the only webhook."""
        found: str = await self.pool.fetchval("SELECT state FROM delivery WHERE channel = 'webhook'")
        return found


async def no_matter(_delivery: Delivery) -> Receipt:
    return Receipt(result="accepted")


async def test_faults_are_tried_again_with_one_id_and_one_body_signed_with_both_secrets(
    schema: Schema, tmp_path: Path
) -> None:
    hook = Hook("500", "302 Location: /elsewhere", "drop", "503", "204")
    async with store(schema) as pool:
        with hearing(hook) as port:
            system = System(pool, tmp_path, f"http://{LOOPBACK}:{port}/hook?x=1")
            alert = await system.release()
            await system.deliver()
        assert await system.receipts() == [
            ("refused", 500),
            ("refused", 302),
            ("unreachable", None),
            ("refused", 503),
            ("accepted", 204),
        ]
        assert {heard.path for heard in hook.heard} == {"/hook?x=1"}
        assert len({heard.headers["webhook-id"] for heard in hook.heard}) == 1
        assert len({heard.body for heard in hook.heard}) == 1 and alert.encode() in hook.heard[0].body
        for heard in hook.heard:
            assert heard.signed_with(NEW) and heard.signed_with(OLD) and not heard.signed_with(OTHER)
            assert heard.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
            assert heard.headers["host"] == f"{LOOPBACK}:{port}"
        rows = await pool.fetch("SELECT kind, channel, email, name FROM delivery WHERE channel = 'webhook'")
        assert [tuple(row) for row in rows] == [RELEASED]
        told = await pool.fetchval("SELECT recipient FROM trail WHERE action = 'webhook'")
        assert told == "Zaaksysteem"


async def test_gone_is_a_dead_letter_and_the_target_gets_nothing_until_it_is_enabled(
    schema: Schema, tmp_path: Path
) -> None:
    hook = Hook("410")
    async with store(schema) as pool:
        with hearing(hook) as port:
            system = System(pool, tmp_path, f"http://localhost:{port}/")
            await system.release()
            await system.deliver()
            assert await system.state() == "failed" and await system.receipts() == [("refused", 410)]
            async with pool.acquire() as connection:
                [letter] = await dead_letters.dead_letters(connection)
                assert (letter.email, letter.why) == ("zaken", "refused 410")
                assert await dead_letters.replay(connection, letter.id) == 1
                [target] = await disabled.disabled(connection)
                assert (target.target, target.delivery, target.waiting) == ("zaken", letter.id, 1)
            await measure(pool)
            assert 'vangnet_webhook_disabled{target="zaken"} 1.0' in generate_latest(REGISTRY).decode()
            assert await system.round() == 0 and len(hook.heard) == 1
            async with pool.acquire() as connection:
                assert not await disabled.enable(connection, "another") and await disabled.enable(connection, "zaken")
            await system.deliver()
            await measure(pool)
        assert await system.state() == "sent" and len({heard.headers["webhook-id"] for heard in hook.heard}) == 1
        assert "vangnet_webhook_disabled{" not in generate_latest(REGISTRY).decode()


@pytest.mark.parametrize("status", ["429", "503"])
async def test_the_wait_that_a_receiver_asks_for_is_kept(schema: Schema, tmp_path: Path, status: str) -> None:
    hook = Hook(f"{status} Retry-After: 1800")
    async with store(schema) as pool:
        with hearing(hook) as port:
            system = System(pool, tmp_path, f"http://{LOOPBACK}:{port}/")
            await system.release()
            while await system.round():
                pass
        waits = "SELECT next_attempt > now() + '25 minutes'::interval FROM delivery WHERE channel = 'webhook'"
        assert await pool.fetchval(waits) and await system.state() == "queued" and len(hook.heard) == 1


@pytest.mark.parametrize(
    ("url", "limits"),
    [
        ("http://{}:{}/", Limits(allowed=LOCAL.allowed)),
        ("https://localhost:{1}/", Limits()),
        ("http://2130706433:{1}/", Limits(plain=True)),
        ("http://017700000001:{1}/", Limits(plain=True)),
        ("http://0177.0.0.1:{1}/", Limits(plain=True)),
        ("http://[::ffff:127.0.0.1]:{1}/", Limits(plain=True)),
        ("http://localhost:{1}/", Limits(plain=True)),
    ],
)
async def test_an_address_inside_is_never_called_and_that_is_a_dead_letter(
    schema: Schema, tmp_path: Path, url: str, limits: Limits
) -> None:
    hook = Hook()
    async with store(schema) as pool:
        with hearing(hook) as port:
            system = System(pool, tmp_path, url.format(LOOPBACK, port), limits)
            await system.release()
            await system.deliver()
        assert await system.receipts() == [("forbidden", None)] and await system.state() == "failed"
        assert not hook.heard


async def test_a_silent_receiver_is_a_timeout_that_leaves_the_webhook_to_be_tried_again(
    schema: Schema, tmp_path: Path
) -> None:
    hook = Hook("hang")
    async with store(schema) as pool:
        with hearing(hook) as port:
            system = System(pool, tmp_path, f"http://{LOOPBACK}:{port}/", timeout=1.0)
            await system.release()
            await system.deliver()
        found = await system.receipts()
        assert found[0] == ("timeout", None) and found[-1] == ("accepted", 200)


async def test_what_was_told_is_taken_back_and_a_webhook_is_nobody_who_read_it(schema: Schema, tmp_path: Path) -> None:
    hook = Hook()
    async with store(schema) as pool:
        with hearing(hook) as port:
            system = System(pool, tmp_path, f"http://{LOOPBACK}:{port}/")
            await system.release()
            await system.deliver()
            async with pool.acquire() as connection:
                assert (await dead_letters.proof(connection))["told"] == 1
                await connection.execute("UPDATE delivery SET state = 'failed' WHERE channel = 'mail'")
                assert (await dead_letters.proof(connection))["told"] == 0
            await take(pool, signal("withdrawn", items=()), offices=system.offices)
            await system.deliver()
        assert [heard.body.count(b"attendering.withdrawn.v1") for heard in hook.heard] == [0, 1]
        assert len({heard.headers["webhook-id"] for heard in hook.heard}) == 2


async def test_over_tls_the_certificate_is_of_the_name_though_the_connection_goes_to_an_address(
    schema: Schema, tmp_path: Path
) -> None:
    server, trusted = certified("localhost", tmp_path)
    limits, hook = Limits(allowed=LOCAL.allowed), Hook()
    async with store(schema) as pool:
        with hearing(hook, tls=server) as port:
            system = System(pool, tmp_path, f"https://localhost:{port}/", limits, trusted=trusted)
            await system.release()
            await system.deliver()
        assert await system.receipts() == [("accepted", 200)]
        assert [heard.headers["host"] for heard in hook.heard] == [f"localhost:{port}"]


@pytest.mark.parametrize(("name", "trust"), [("another.example", True), ("localhost", False)])
async def test_nothing_is_said_to_a_server_that_is_not_who_it_says(
    schema: Schema, tmp_path: Path, name: str, trust: bool
) -> None:
    server, trusted = certified(name, tmp_path)
    limits, hook = Limits(allowed=LOCAL.allowed), Hook()
    async with store(schema) as pool:
        with hearing(hook, tls=server) as port:
            url = f"https://localhost:{port}/"
            system = System(pool, tmp_path, url, limits, trusted=trusted if trust else None)
            await system.release()
            await system.deliver()
        assert set(await system.receipts()) == {("unreachable", None)} and not hook.heard
        assert await system.state() == "failed"
