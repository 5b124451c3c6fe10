"""The Kafka door: takes what partners put on their topics, and gives it back to nobody before it is durable behind us.

A batch is decided, published with acks=all, and only then are its offsets committed: a process that dies in between leaves
repeats behind, never a loss. Each topic keeps its order.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError
from vangnet_contract.policy import Partner
from vangnet_contract.topics import inbound
from vangnet_runtime.backoff import Backoff
from vangnet_runtime.broker import Broker
from vangnet_runtime.faults import TopicMissing
from vangnet_runtime.logging import get_logger
from vangnet_runtime.metrics import FAULTS
from vangnet_runtime.readiness import Readiness

from vangnet_ingest import metrics
from vangnet_ingest.app import Arrival, Decided, KafkaAway, Publisher, Reception, outgoing

GROUP = "vangnet-ingest"
DOOR = "kafka"
MOST = 1_000
"""Records in one batch."""
WAIT_MS = 200
"""For a first record."""
OBJECTION = "consumer"

log = get_logger()


class KafkaDoor:
    """One consumer in the group; replicas share the partners' topics among them."""

    def __init__(self, kafka: Broker, reception: Reception, publisher: Publisher, readiness: Readiness) -> None:
        self._kafka = kafka
        self._reception = reception
        self._publisher = publisher
        self._readiness = readiness
        self._partners: Mapping[str, Partner] = {inbound(p.name): p for p in reception.policy.partners}
        self._stopping = asyncio.Event()
        self._backoff = Backoff()
        readiness.object(OBJECTION, "not yet connected to Kafka")

    async def run(self) -> None:
        """Until `stop`. Faults of Kafka never end it: what was not committed comes again."""
        while not self._stopping.is_set():
            try:
                await self._consume()
            except (KafkaError, OSError, TimeoutError) as fault:
                self._readiness.object(OBJECTION, _advice(fault))
                await self._pause("consumer", fault)

    def stop(self) -> None:
        """After the batch in hand."""
        self._stopping.set()

    async def _consume(self) -> None:
        consumer = self._consumer()
        try:
            async with asyncio.timeout(30):
                await consumer.start()
                await self._subscribe(consumer)
            self._readiness.withdraw(OBJECTION)
            while not self._stopping.is_set():
                await self._batch(consumer)
                self._backoff.reset()
        finally:
            await consumer.stop()

    async def _subscribe(self, consumer: AIOKafkaConsumer) -> None:
        if missing := sorted(self._partners.keys() - await consumer.topics()):
            raise TopicMissing(", ".join(missing))
        consumer.subscribe(list(self._partners))

    async def _batch(self, consumer: AIOKafkaConsumer) -> None:
        polled = await consumer.getmany(timeout_ms=WAIT_MS, max_records=MOST)
        if not polled:
            return
        decided = await self._reception.decide_all(self._arrivals(polled))
        if await self._publish(decided):
            await consumer.commit({place: records[-1].offset + 1 for place, records in polled.items()})
            metrics.count(DOOR, [one.judged.verdict for one in decided])

    async def _publish(self, decided: Sequence[Decided]) -> bool:
        """Until it is durable, or until we are stopped: then nothing is committed and it comes again."""
        while not self._stopping.is_set():
            try:
                await self._publisher.publish(outgoing(decided))
            except KafkaAway as fault:
                await self._pause("publish", fault)
            else:
                return True
        return False

    async def _pause(self, where: str, fault: Exception) -> None:
        wait = self._backoff.next()
        metrics.RETRIES.labels(where).inc()
        FAULTS.labels("ingest", where).inc()
        log.warning("ingest-retried", where=where, fault=fault, wait=round(wait, 3))
        try:
            async with asyncio.timeout(wait):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _arrivals(self, polled: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> list[Arrival]:
        return [
            Arrival(record.value or b"", self._partners[place.topic], place.topic, place.partition, record.offset)
            for place, records in polled.items()
            for record in records
        ]

    def _consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **self._kafka.options(),
            group_id=GROUP,
            client_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_500,
            request_timeout_ms=15_000,
            fetch_max_bytes=8 * 1024 * 1024,
            retry_backoff_ms=100,
        )


def _advice(fault: BaseException) -> str:
    if isinstance(fault, TopicMissing):
        return f"topics do not exist: {', '.join(map(str, fault.args))}; run `vangnet-ingest topics`"
    return "Kafka does not answer: check VANGNET_KAFKA, VANGNET_KAFKA_SECURITY with what belongs to it, and the broker"
