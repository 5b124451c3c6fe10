"""ingest: both doors, signatures verified. Target of the Kafka door: one core."""

from collections.abc import AsyncIterator

import httpx
from vangnet_contract import topics
from vangnet_contract.event import BATCH_CONTENT_TYPE
from vangnet_partner.config import load_config
from vangnet_partner.doors.access_token import AccessTokens

from benchmarks import floors, sealed
from benchmarks.figure import Ceiling, Figure, Target
from benchmarks.ground import Ground
from benchmarks.log import fill, producing, watching
from benchmarks.meter import measure

EVENTS = 12_000
IN_ONE_REQUEST = 1_000


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """The same events at both doors."""
    count = int(EVENTS * scale)
    events = sealed.make(ground, sealed.Series("ingest", [sealed.Occasion(n, 1) for n in range(count)]))
    crypto = floors.crypto()
    verified = Ceiling("signatures verified on one core", 1 / crypto.verify)
    yield await _kafka(ground, events, verified)
    yield await _http(ground, events[: count // 2], verified)


async def _kafka(ground: Ground, events: list[sealed.Sealed], verified: Ceiling) -> Figure:
    ground.reset()
    topic = topics.inbound(sealed.PARTNER)
    async with producing(ground.kafka) as producer:
        await fill(producer, sealed.inbound(events))
    decoded = await floors.consume_and_decode(ground.kafka, topic, len(events), floors.decode_event)
    async with watching(ground.kafka, {topics.EVENTS_ACCEPTED: 1}) as ends:

        async def done() -> int:
            return (await ends())[topics.EVENTS_ACCEPTED]

        with ground.running("ingest"):
            found = await measure(len(events), done, lambda: ground.cpu_seconds("ingest"))
    beside = {**found.beside, "consume and decode only per second": round(decoded.value)}
    return Figure("ingest", "Kafka door", found.rate, "events/s", Target(6_000), verified, beside)


async def _http(ground: Ground, events: list[sealed.Sealed], verified: Ceiling) -> Figure:
    ground.reset()
    bodies = [
        b"[" + b",".join(event.value for event in events[start : start + IN_ONE_REQUEST]) + b"]"
        for start in range(0, len(events), IN_ONE_REQUEST)
    ]
    config = load_config(ground.layout.partner(sealed.PARTNER) / "partner.toml")
    assert config.http
    door = f"{config.http.url}/v1/meldingen"
    with ground.running("ingest"):
        async with httpx.AsyncClient(timeout=60) as client:
            token = await AccessTokens(config.http).token(client)
            headers = {"Authorization": f"Bearer {token}", "Content-Type": BATCH_CONTENT_TYPE}
            posting = iter(bodies)
            posted = 0

            async def done() -> int:
                """Posts one more request: they follow one another, as one partner's do."""
                nonlocal posted
                if (body := next(posting, None)) is not None:
                    answer = await client.post(door, content=body, headers=headers)
                    answer.raise_for_status()
                    posted += sum(result["status"] == "ontvangen" for result in answer.json()["resultaten"])
                return posted

            found = await measure(len(events), done, lambda: ground.cpu_seconds("ingest"))
    return Figure(
        "ingest", "HTTP door, batches of 1,000", found.rate, "events/s", Target(3_000), verified, found.beside
    )
