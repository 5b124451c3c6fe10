"""The partner's own topic, by an idempotent producer."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError, SaslAuthenticationFailed
from vangnet_contract.event import CONTENT_TYPE
from vangnet_contract.topics import inbound

from vangnet_partner.config import KafkaConfig
from vangnet_partner.doors.door import Outgoing
from vangnet_partner.patience import Away, Patience, TryAgain

HEADERS = [("content-type", f"{CONTENT_TYPE}; charset=UTF-8".encode())]
REQUEST_MS = 10_000
DIAGNOSIS_MS = 5_000
CLOSE_SECONDS = 2.0
ACKNOWLEDGED_SECONDS = 5.0  # at least; a healthy broker takes milliseconds

# aiokafka logs every failed attempt to connect; what matters of that is said once, by Away
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


Client = TypeVar("Client", AIOKafkaProducer, AIOKafkaConsumer)


def connection(config: KafkaConfig) -> dict[str, Any]:
    """Arguments that every client of this cluster takes."""
    values: dict[str, Any] = {"bootstrap_servers": config.bootstrap, "request_timeout_ms": REQUEST_MS}
    if config.security == "PLAINTEXT":
        return values
    context = ssl.create_default_context(cafile=str(config.ca_file) if config.ca_file else None)
    if config.security == "SSL" and config.cert_file:
        context.load_cert_chain(config.cert_file, config.key_file)
    values |= {"security_protocol": config.security, "ssl_context": context}
    if config.security == "SASL_SSL" and config.password_file:
        password = config.password_file.read_text().strip()
        sasl = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": config.username}
        values |= sasl | {"sasl_plain_password": password}
    return values


async def started(make: Callable[[], Client], config: KafkaConfig, patience: Patience) -> Client:
    """A connected client. Raises Away."""

    async def attempt() -> Client:
        client = make()
        try:
            await client.start()
        except (KafkaError, OSError) as error:
            await stopped(client)
            raise TryAgain(await obstacle(config) or type(error).__name__) from None
        return client

    return await patience.until("Kafka", attempt)


async def obstacle(config: KafkaConfig) -> str | None:
    """Which setting the first broker refuses, as far as it lets on; None: it is none of these. aiokafka says only that there is no
    connection."""
    host, _, port = config.bootstrap.partition(",")[0].rpartition(":")
    values = {
        name: value
        for name, value in connection(config).items()
        if name not in ("bootstrap_servers", "request_timeout_ms")
    }
    try:
        client = await create_conn(host, int(port), request_timeout_ms=DIAGNOSIS_MS, **values)
    except SaslAuthenticationFailed:
        return "the broker does not know this name with this password: kafka.username, kafka.password_file"
    except ssl.SSLCertVerificationError as refused:
        return f"the broker's certificate is not believed ({refused.verify_message}): kafka.ca_file"
    except ssl.SSLError as refused:
        return f"no TLS with the broker ({refused.reason}): kafka.security, kafka.bootstrap"
    except KafkaConnectionError:
        return {
            "PLAINTEXT": "the broker hangs up on clients without TLS: kafka.security",
            "SSL": "the broker hangs up on this certificate: kafka.cert_file",
        }.get(config.security)
    except (KafkaError, OSError, TimeoutError):
        return None
    client.close()
    return None


async def stopped(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stops a client of aiokafka in bounded time: without its broker it would wait, or end in a stray cancellation."""
    connections = (
        client.client if isinstance(client, AIOKafkaProducer) else client._client
    )  # stop may break off before these
    for closing in (client.stop, connections.close):
        task = asyncio.create_task(closing())
        done, _ = await asyncio.wait({task}, timeout=CLOSE_SECONDS)
        if not done:
            task.cancel()
        elif not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, KafkaError):
            raise error


class KafkaDoor:
    """vangnet.in.<partner>: key = event id, acks=all. A publication that takes longer than `patience` is given up."""

    def __init__(self, config: KafkaConfig, partner: str, patience: Patience) -> None:
        self._config = config
        self._topic = inbound(partner)
        self._patience = patience
        self._producer: AIOKafkaProducer | None = None

    async def open(self) -> None:
        """Raises Away."""
        self._producer = await started(self._make, self._config, self._patience)

    async def publish(self, events: Sequence[Outgoing]) -> None:
        """Raises Away."""
        try:
            await asyncio.wait_for(self._send(events), ACKNOWLEDGED_SECONDS + self._patience.seconds)
        except TimeoutError:
            raise Away("Kafka", "no acknowledgement in time") from None
        except (KafkaError, OSError) as error:
            raise Away("Kafka", type(error).__name__) from None

    async def close(self) -> None:
        """In bounded time."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stopped(producer)

    async def _send(self, events: Sequence[Outgoing]) -> None:
        if self._producer is None:
            raise Away("Kafka", "the connection is not open")
        sent = [
            await self._producer.send(self._topic, event.body, event.event_id.encode(), headers=HEADERS)
            for event in events
        ]
        await asyncio.gather(*sent)

    def _make(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **connection(self._config), enable_idempotence=True, acks="all", linger_ms=5, max_batch_size=256 * 1024
        )
