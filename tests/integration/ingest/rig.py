"""A real ingest process on a real Kafka, a small issuer of access tokens, and partners that really sign and seal."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from joserfc import jwt
from joserfc.jwk import RSAKey
from vangnet_contract.policy import load_policy
from vangnet_contract.topics import EVENTS_ACCEPTED, EVENTS_REJECTED, catalogue, feedback, inbound
from vangnet_local.kafka import Kafka
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.processes import Child, Folders, Program, answers_ok
from vangnet_local.programs import command
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import make_topics

from tests.unit.ingest.region import SHIPPED, SIGNING, keys

AUDIENCE = "https://vangnet.example/v1"
WITHIN = 60.0
"""Seconds that anything may take here."""
HTTP = httpx.Client(verify=False)  # everything is plain HTTP on loopback


def policy_folder(folder: Path, shipped: str = "demo") -> Path:
    """A shipped policy with the keys of the test's partners."""
    copytree(SHIPPED / shipped, folder)
    members = keys().model_dump(mode="json", by_alias=True)
    (folder / "keys.yaml").write_text(yaml.safe_dump(members))
    return folder


class Issuer:
    """Publishes keys over HTTP and signs tokens. `rotate`: another key, the old one is published no more."""

    def __init__(self) -> None:
        self.rotate()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps({"keys": [issuer.published()]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self.url = f"http://{LOOPBACK}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def rotate(self) -> None:
        self.key = RSAKey.generate_key(2048)

    def published(self) -> dict[str, Any]:
        return {**self.key.as_dict(private=False), "kid": self.key.thumbprint(), "use": "sig"}

    def token(self, algorithm: str = "PS256", key: RSAKey | None = None, **changes: object) -> str:
        """For partner politie; None takes a claim away."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "politie",
            "client_id": "politie",
            "iat": now,
            "exp": now + 600,
        }
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        header = {"alg": algorithm, "typ": "at+jwt", "kid": (key or self.key).thumbprint()}
        return jwt.encode(header, claims, key or self.key, [algorithm])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Ingest:
    """`vangnet-ingest run`, as `vangnet up` starts it."""

    def __init__(self, kafka: Kafka, issuer: Issuer, policy: Path, folder: Path, clock: str = "wall") -> None:
        self.kafka = kafka
        self.issuer = issuer
        self.http_port, self.metrics_port = free_ports(2)
        self.environment = {
            "VANGNET_KAFKA": kafka.bootstrap,
            "VANGNET_POLICY": str(policy),
            "VANGNET_CLOCK": clock,
            "VANGNET_HTTP_PORT": str(self.http_port),
            "VANGNET_METRICS_PORT": str(self.metrics_port),
            "VANGNET_TOKEN_ISSUER": issuer.url,
            "VANGNET_TOKEN_AUDIENCE": AUDIENCE,
            "VANGNET_TOKEN_JWKS_URL": f"{issuer.url}/jwks",
        }
        self._folders = Folders(folder / "run", folder / "logs")
        program = Program("ingest", [command("ingest"), "run"], lambda: answers_ok(self.http_port), self.environment)
        self.child = Child(program, self._folders)

    def make_topics(self) -> str:
        """Runs the one-shot job; what it said."""
        job = Child(Program("topics", [command("ingest"), "topics"], lambda: True, self.environment), self._folders)
        job.run_to_end()
        return job.log.read_text()

    def start(self) -> None:
        self.child.start()
        self.child.wait_ready()

    def ready(self) -> bool:
        return answers_ok(self.http_port)

    def post(self, body: bytes, kind: str = "application/cloudevents+json", token: str | None = None) -> httpx.Response:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {token or self.issuer.token()}"}
        return HTTP.post(
            f"http://{LOOPBACK}:{self.http_port}/v1/meldingen", content=body, headers=headers, timeout=WITHIN
        )

    def post_batch(self, *events: bytes) -> httpx.Response:
        return self.post(b"[" + b", ".join(events) + b"]", "application/cloudevents-batch+json")

    def get(self, path: str) -> httpx.Response:
        return HTTP.get(f"http://{LOOPBACK}:{self.http_port}{path}", timeout=WITHIN)

    def counter(self, name: str, **labels: str) -> float:
        """The counter's value now; 0 when it has none."""
        page = HTTP.get(f"http://{LOOPBACK}:{self.metrics_port}/metrics").text
        wanted = {f'{label}="{value}"' for label, value in labels.items()}
        lines = [line for line in page.splitlines() if line.startswith(name) and all(part in line for part in wanted)]
        return float(lines[0].rpartition(" ")[2]) if lines else 0.0


async def eventually(holds: Callable[[], bool], within: float = WITHIN) -> bool:
    """Whether it comes to hold."""
    deadline = time.monotonic() + within
    while not (done := holds()) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return done


class Logs:
    """The topics that ingest writes, from where they ended when this began."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._waiting: dict[str, list[ConsumerRecord]] = {}

    async def until(
        self, topic: str, enough: Callable[[list[ConsumerRecord]], bool], within: float = WITHIN
    ) -> list[ConsumerRecord]:
        """Everything of the topic since the last call, once it is enough."""
        deadline = time.monotonic() + within
        while not enough(self._waiting.get(topic, [])):
            assert time.monotonic() < deadline, f"{topic}: only {len(self._waiting.get(topic, []))} record(s)"
            polled = await self._consumer.getmany(timeout_ms=50)
            for place, records in polled.items():
                self._waiting.setdefault(place.topic, []).extend(records)
        return self._waiting.pop(topic)

    async def take(self, topic: str, count: int, within: float = WITHIN) -> list[ConsumerRecord]:
        """That many messages; Ticks are left out."""
        records = await self.until(topic, lambda found: len(without_ticks(found)) >= count, within)
        return without_ticks(records)


def without_ticks(records: list[ConsumerRecord]) -> list[ConsumerRecord]:
    return [record for record in records if record.key != b"tick"]


class Partners:
    """What partners put on Kafka, and what comes out."""

    def __init__(self, producer: AIOKafkaProducer, logs: Logs) -> None:
        self._producer = producer
        self.logs = logs

    async def accepted(self, count: int, within: float = WITHIN) -> list[ConsumerRecord]:
        return await self.logs.take(EVENTS_ACCEPTED, count, within)

    async def rejected(self, count: int) -> list[Any]:
        return [json.loads(record.value) for record in await self.logs.take(EVENTS_REJECTED, count)]

    async def answers(self, count: int, partner: str = "politie") -> list[ConsumerRecord]:
        return await self.logs.take(feedback(partner), count)

    async def send(self, *events: bytes, partner: str = "politie") -> None:
        """In order, durable."""
        sent = [await self._producer.send(inbound(partner), event, key=b"-", partition=0) for event in events]
        for future in sent:
            await future


@asynccontextmanager
async def connected(kafka: Kafka) -> AsyncIterator[Partners]:
    """From now on."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all", enable_idempotence=True, linger_ms=5)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, enable_auto_commit=False)
    places = [TopicPartition(topic, 0) for topic in (EVENTS_ACCEPTED, EVENTS_REJECTED, *map(feedback, SIGNING))]
    await asyncio.gather(producer.start(), consumer.start())
    consumer.assign(places)
    for place, end in (await consumer.end_offsets(places)).items():
        consumer.seek(place, end)
    yield Partners(producer, Logs(consumer))
    await asyncio.gather(producer.stop(), consumer.stop())


@contextmanager
def running(kafka: Kafka, folder: Path, clock: str = "wall") -> Iterator[Ingest]:
    """Topics made, ready, and stopped afterwards."""
    issuer = Issuer()
    ingest = Ingest(kafka, issuer, policy_folder(folder / "policy"), folder, clock)
    make_topics(Broker(kafka.bootstrap), catalogue(partner.name for partner in load_policy(folder / "policy").partners))
    ingest.start()
    try:
        yield ingest
    finally:
        ingest.child.stop()
        issuer.close()
