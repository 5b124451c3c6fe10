"""The other side of a partner, on real Kafka: checks signature and seal as the services do, and answers on the feedback topic."""

import asyncio
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from vangnet_contract.event import Event, read_event
from vangnet_contract.messages import Feedback, encode
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.topics import feedback, inbound
from vangnet_pseudonym import keys, sealing, signature


@dataclass
class Received:
    """One event as it came: `contents` is what the seal held."""

    event: Event
    contents: sealing.Contents | None
    raw: bytes


@dataclass
class Region:
    """Accepts what it can open; an id that comes with another content is refused. `silent`: takes, does not answer.

    `topic`: where events come from, else the partner's own.
    """

    kafka: str
    partner: str
    region: str
    seal_key: bytes
    verifying: dict[str, str]
    silent: bool = False
    topic: str = ""
    received: list[Received] = field(default_factory=list)
    _accepted: dict[str, str] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None

    async def __aenter__(self) -> "Region":
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._work(ready))
        await ready.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def of(self, event_id: str) -> list[Received]:
        """Everything that came under an id."""
        return [received for received in self.received if received.event.id == event_id]

    async def took(self, number: int) -> None:
        """Until so many have come."""
        async with asyncio.timeout(60):
            while len(self.received) < number:
                await asyncio.sleep(0.02)

    async def _work(self, ready: asyncio.Event) -> None:
        topic = TopicPartition(self.topic or inbound(self.partner), 0)
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, auto_offset_reset="earliest")
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka, acks="all", linger_ms=2)
        await consumer.start()
        await producer.start()
        try:
            consumer.assign([topic])
            ready.set()
            while True:
                for records in (await consumer.getmany(timeout_ms=100)).values():
                    for record in records:
                        await self._take(record, producer)
        finally:
            await consumer.stop()
            await producer.stop()

    async def _take(self, record: "ConsumerRecord[bytes, bytes]", producer: AIOKafkaProducer) -> None:
        headers = dict(record.headers)
        if self.topic and headers.get("vangnet-partner") != self.partner.encode():
            return
        event = read_event(record.value)
        assert isinstance(event, Event), event
        assert self.topic or record.key == event.id.encode()
        assert headers["content-type"].startswith(b"application/cloudevents+json")
        public = {key_id: keys.load_verifying_key(text) for key_id, text in self.verifying.items()}
        problem = signature.verify_event(event.attributes, event.data_bytes, event.dssematerial or "", public)
        if self.topic and problem:
            return  # the topic is shared: another test's event, under another key; one of ours would stay unanswered
        assert problem is None
        contents = self._open(event)
        self.received.append(Received(event, contents, record.value))
        if not self.silent:
            message = self._answer(event, contents)
            await producer.send(feedback(self.partner), encode(message), event.id.encode())

    def _open(self, event: Event) -> sealing.Contents | None:
        identity = event.data.identity
        if identity is None:
            return None
        binding = sealing.Binding(
            self.region,
            identity.key_id,
            identity.scheme,
            identity.epoch,
            event.source,
            event.id,
            event.type,
            event.data.occurred_at,
        )
        return sealing.unseal(keys.load_seal_private_key(self.seal_key), binding, keys.from_text(identity.sealed))

    def _answer(self, event: Event, contents: sealing.Contents | None) -> Feedback:
        content = _content(event, contents)
        if self._accepted.setdefault(event.id, content) == content:
            return Feedback(source=event.source, id=event.id, status="accepted")
        return Feedback.rejected(
            event.source, event.id, [Problem(Reason.ID_REUSED, "id", "was used for another event")]
        )


def _content(event: Event, contents: sealing.Contents | None) -> str:
    """As the contract says it: seal and signature differ at every try, what they say does not."""
    data = json.loads(event.data_bytes)
    data.pop("identity", None)
    sealed = None if contents is None else [sorted(map(repr, contents.tokens.items())), contents.details]
    return hashlib.sha256(repr((event.type, sorted(data.items(), key=repr), sealed)).encode()).hexdigest()
