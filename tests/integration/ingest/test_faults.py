"""What happens to events when processes die: they come again, none is lost, none is changed."""

import asyncio
import json
import random
import time

from vangnet_contract.topics import EVENTS_ACCEPTED
from vangnet_local.kafka import Kafka

from tests.integration.ingest.rig import Ingest, Partners, eventually, without_ticks
from tests.integration.ingest.test_doors import recent
from tests.unit.ingest.region import signed

EVENTS = 2_500


async def test_killed_between_publishing_and_committing_it_leaves_repeats_and_loses_nothing(
    ingest: Ingest, partners: Partners
) -> None:
    ingest.child.stop()
    sent = [signed(recent()) for _ in range(EVENTS)]
    await partners.send(*sent)
    taken: list[bytes] = []
    for _ in range(2):
        ingest.child.start()
        taken += [
            record.value
            for record in without_ticks(
                await partners.logs.until(EVENTS_ACCEPTED, lambda found: len(without_ticks(found)) > 0)
            )
        ]
        await asyncio.sleep(random.uniform(0, 0.05))
        ingest.child.kill()
    ingest.start()
    while len(set(taken)) < EVENTS:
        taken += [record.value for record in await partners.accepted(1)]
    first_seen = list(dict.fromkeys(taken))
    assert first_seen == sent
    assert await eventually(ingest.ready)


async def test_while_the_broker_is_away_partners_are_asked_to_come_back(
    kafka: Kafka, ingest: Ingest, partners: Partners
) -> None:
    before, during = signed(recent()), signed(recent())
    pid = ingest.child.pid
    await partners.send(before)
    assert [record.value for record in await partners.accepted(1)] == [before]
    kafka.kill()
    try:
        answer = ingest.post(during)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/problem+json"
        refused = ingest.get("/readyz")
        assert refused.status_code == 503
        assert "kafka" in refused.json()["reasons"]
        assert ingest.get("/healthz").status_code == 200
    finally:
        kafka.start()
    assert await eventually(lambda: ingest.post(during).status_code == 202, within=60)
    after = signed(recent())
    await partners.send(after)
    taken: set[bytes] = set()
    deadline = time.monotonic() + 60
    while not {during, after} <= taken and time.monotonic() < deadline:
        taken |= {record.value for record in await partners.accepted(1, within=60)}
    assert {during, after} <= taken
    assert await eventually(ingest.ready, within=60)
    assert ingest.child.pid == pid
    assert ingest.counter("vangnet_ingest_retries_total", where="producer") > 0


def test_it_ends_in_order_when_asked(ingest: Ingest) -> None:
    ingest.child.stop()
    assert ingest.child.ending() == "exit code 0"
    lines = [json.loads(line) for line in ingest.child.log.read_text().splitlines() if line.startswith("{")]
    assert [line["code"] for line in lines if line["event"] == "service-stopped"][-1] == 0
