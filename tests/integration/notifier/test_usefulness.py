"""From decisions on the desk to figures that everybody may see: notifier, `vangnet.alerts`, indicators, with a kill in between."""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from vangnet_contract import topics
from vangnet_contract.dutch import LOCAL
from vangnet_contract.messages import AlertChanged, AreaEvent, PersonsMessage, Tick, decode_alerts, encode
from vangnet_contract.policy import load_policy
from vangnet_indicators.domain.disclosure.rounding import rounded
from vangnet_indicators.domain.disclosure.yearly import Quarter
from vangnet_local.ports import free_ports
from vangnet_local.processes import Child, Folders, Program, answers_ok
from vangnet_simulator.oracle import alerts as oracle

from tests.integration.notifier.region import Region, until
from tests.unit.indicators.people import record

CLOSED, OPEN = 12, 11
PROGRAM = Path(sys.executable).parent / "vangnet-indicators"


@pytest.fixture
def indicators(region: Region) -> Iterator[Child]:
    """The service on an empty schema, beside the notifier."""
    region.postgres.sql("DROP SCHEMA indicators CASCADE; CREATE SCHEMA indicators AUTHORIZATION indicators;")
    http, metrics = free_ports(2)
    environment = {name: region.environment[name] for name in ("VANGNET_KAFKA", "VANGNET_POLICY", "VANGNET_PROFILE")}
    environment |= {"VANGNET_DATABASE": region.postgres.dsn("indicators"), "VANGNET_INSTANCE": "usefulness"}
    environment |= {"VANGNET_HTTP_PORT": str(http), "VANGNET_METRICS_PORT": str(metrics)}
    program = Program("indicators", [str(PROGRAM), "run"], lambda: answers_ok(http), environment)
    child = Child(program, Folders(region.folder / "run", region.folder / "logs"))
    child.start()
    child.wait_ready()
    yield child
    child.stop()


def of_topic(region: Region) -> list[AlertChanged]:
    """Everything said of alerts, by any test."""

    async def read() -> list[AlertChanged]:
        where = TopicPartition(topics.ALERTS, 0)
        async with AIOKafkaConsumer(bootstrap_servers=region.kafka.bootstrap) as consumer:
            consumer.assign([where])
            await consumer.seek_to_beginning(where)
            end, found = (await consumer.end_offsets([where]))[where], []
            while await consumer.position(where) < end:
                found += [decode_alerts(one.value) for one in chain(*(await consumer.getmany(timeout_ms=200)).values())]
            return found

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(read())).result()


def to_persons(region: Region, *messages: PersonsMessage) -> None:
    """To one partition."""

    async def send() -> None:
        async with AIOKafkaProducer(bootstrap_servers=region.kafka.bootstrap) as producer:
            for message in messages:
                await producer.send(topics.PERSONS, encode(message), b"all", 3)  # 0 would look at the whole region

    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(send())).result()


def test_what_came_of_alerts_is_counted_once_and_published(region: Region, indicators: Child) -> None:
    region.let_time_pass(timedelta(minutes=1))
    until(lambda: region.rows("SELECT 1 FROM tick"), "the clock of the stream")
    reviewer, almere = region.log_in("beoordelaar"), region.log_in("coordinator-almere")
    persons = [region.person() for _ in range(CLOSED + OPEN)]
    for number, person in enumerate(persons):
        region.raise_signal(person)
        alert = region.alert(person)
        assert reviewer.decide(alert, "beoordelingen", {"besluit": "vrijgeven", "versie": 1}).status_code == 201
        assert almere.decide(alert, "bevestigingen", {"versie": 2}).status_code == 201
        if number < CLOSED:
            outcome = {"versie": 3, "uitkomst": "niets-nodig", "nieuw": "ja"}
            assert almere.decide(alert, "sluitingen", outcome).status_code == 201
        if number == CLOSED:
            indicators.kill()
    quarter = Quarter(region.ticked.year, (region.ticked.month + 2) // 3)
    first = record("usefulness", region.ticked - timedelta(days=2))
    region.ticked = datetime.combine(quarter.end + timedelta(days=1), time(12), LOCAL)  # indicators pass it on
    to_persons(region, AreaEvent(change="added", record=first, traceable=False), Tick(at=region.ticked))
    indicators.start()
    indicators.wait_ready()
    told = until(lambda: counted(region), "every alert in the tables of indicators")
    url = f"http://127.0.0.1:{indicators.program.env['VANGNET_HTTP_PORT']}"
    truth = oracle.figures(told, oracle.REGION, load_policy(region.policy).region.municipalities, quarter.end, 365)
    assert truth["closed"] >= CLOSED and truth["open"] >= OPEN
    useful, took = until(lambda: published(url, quarter), "the quarter")
    said = {"closed": useful["gesloten"], "open": useful["open"], "released": took["vrijgegeven"]}
    assert any(said.values()), "what is withheld depends on what other tests did, not all of it can be"
    assert all(shown in (None, rounded(int(truth[name] or 0))) for name, shown in said.items())
    assert took["totVrijgaveMediaan"] == (round(truth["totVrijgaveMediaan"] or 0, 1) if said["released"] else None)
    page = httpx.get(f"{url}/v1/rapport", headers={"Accept": "text/html"}, timeout=30).text
    assert "Doorlooptijd" in page and "Gesloten attenderingen" in page and "Bruikbaarheid" in page
    assert not any(person in page for person in persons)


def counted(region: Region) -> list[AlertChanged]:
    """Everything said, once indicators stand behind it."""
    said = of_topic(region)
    rows = region.postgres.sql("SELECT alert || '|' || version FROM indicators.alert").split()
    return said if sorted(rows) == sorted(f"{one.alert}|{one.version}" for one in oracle.newest(said)) else []


def published(url: str, quarter: Quarter) -> list[dict[str, Any]]:
    """I16 and I15 of the region, once the quarter is over."""
    parts = {one["indicator"]: one for one in httpx.get(f"{url}/v1/rapport", timeout=30).json()["onderdelen"]}
    return [
        area["waarden"]
        for name in ("I16", "I15")
        for one in parts[name]["kwartalen"]
        if one["kwartaal"] == quarter.title
        for area in one["gebieden"]
        if area["code"] == oracle.REGION
    ]
