"""How soon: events at a steady pace through all running services, from the partner's send to the signal, and to the answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from vangnet_contract import topics
from vangnet_contract.messages import Signal, decode_feedback, decode_signals
from vangnet_local.endpoints import SERVICES

from benchmarks import floors, sealed
from benchmarks.end_to_end import settling
from benchmarks.figure import Ceiling, Figure, Target, percentile
from benchmarks.ground import Ground
from benchmarks.log import consuming, fill, producing

PACE = 200
SECONDS = 20.0
EVERY = 8
"""One event in so many is somebody's third within 14 days: the rule of the demo policy is met, a signal follows."""
PATIENCE = 20.0


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """Some people are one event short of a signal; among many others, theirs come in."""
    count = int(PACE * SECONDS * scale)
    short = [number for number in range(count) if number % EVERY == 0]
    before = [sealed.Occasion(person, days) for days in (9, 5) for person in short]
    history = sealed.make(ground, sealed.Series("pace/before", before))
    events = sealed.make(ground, sealed.Series("pace/now", [sealed.Occasion(number, 0.01) for number in range(count)]))
    ground.reset()
    commit = await floors.one_row_commits(ground.dsn())
    with ground.running(*SERVICES):
        async with producing(ground.kafka) as producer:
            await fill(producer, sealed.inbound(history))
            async with settling(ground) as idle:
                await idle(len(history))
            sent, signals, answers = await _play(ground.kafka, producer, events, len(short))
    floor = Ceiling("two commits of one row", 2 * commit)
    for what, found in (("signal", signals), ("answer", answers)):
        waits = [at - sent[event_id] for event_id, at in found.items()]
        beside = {"median s": round(percentile(waits, 0.5), 4), "most s": round(max(waits), 4), "samples": len(waits)}
        target = Target(1.0, "<") if what == "signal" else None
        for share in (0.5, 0.99):
            name = f"event → {what} at {PACE}/s, p{share * 100:.0f}"
            yield Figure(
                "end to end", name, percentile(waits, share), "s", target if share > 0.9 else None, floor, beside
            )


async def _play(
    kafka: str, producer: AIOKafkaProducer, events: Sequence[sealed.Sealed], expected: int
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """When each event was sent, and when its signal and its answer could be read, by event id."""
    signals: dict[str, float] = {}
    answers: dict[str, float] = {}
    ids = {event.id for event in events}
    async with (
        consuming(kafka, topics.SIGNALS, topics.PERSON_PARTITIONS, latest=True) as raised,
        consuming(kafka, topics.feedback(sealed.PARTNER), latest=True) as told,
    ):
        hearing = [
            asyncio.create_task(_hear_signals(raised, ids, signals)),
            asyncio.create_task(_hear_answers(told, answers)),
        ]
        sent = await _send(producer, events)
        deadline = time.monotonic() + PATIENCE
        while (len(signals) < expected or len(answers) < len(events)) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        for task in hearing:
            task.cancel()
        await asyncio.wait(hearing)
    return sent, signals, answers


async def _send(producer: AIOKafkaProducer, events: Sequence[sealed.Sealed]) -> dict[str, float]:
    """One after the other, evenly."""
    began, sent = time.monotonic(), {}
    topic = topics.inbound(sealed.PARTNER)
    for number, event in enumerate(events):
        await asyncio.sleep(max(0.0, began + number / PACE - time.monotonic()))
        sent[event.id] = time.monotonic()
        await producer.send(topic, event.value, key=event.id.encode(), partition=0)
    await producer.flush()
    return sent


async def _hear_signals(consumer: AIOKafkaConsumer, ids: set[str], heard: dict[str, float]) -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            now = time.monotonic()
            for message in map(decode_signals, (record.value for record in records)):
                if isinstance(message, Signal):
                    for evidence in message.evidence:
                        if evidence.event.id in ids:
                            heard.setdefault(evidence.event.id, now)


async def _hear_answers(consumer: AIOKafkaConsumer, heard: dict[str, float]) -> None:
    while True:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            now = time.monotonic()
            for record in records:
                heard.setdefault(decode_feedback(record.value).id, now)
