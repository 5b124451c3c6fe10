"""The real Kafka and PostgreSQL of the local platform: what is written survives SIGKILL, on the same port."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka.admin import KafkaAdminClient
from vangnet_local.kafka import Kafka
from vangnet_local.ports import is_free
from vangnet_local.postgres import ROLES, Postgres, owner_of
from vangnet_local.processes import StartFailed

PASSWORDS = {name: f"password of {name}".replace(" ", "-") for name in ROLES}


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    kafka = Kafka(tmp_path_factory.mktemp("kafka"))
    kafka.start()
    yield kafka
    kafka.stop()
    assert is_free(kafka.port)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    postgres = Postgres(tmp_path_factory.mktemp("postgres"), PASSWORDS)
    postgres.start()
    yield postgres
    postgres.stop()
    assert is_free(postgres.port)


async def test_kafka_keeps_acknowledged_messages_through_sigkill(kafka: Kafka) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    admin.create_topics({"t": {"num_partitions": 1, "replication_factor": 1}})
    admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all", enable_idempotence=True) as producer:
        for number in range(100):
            await producer.send_and_wait("t", str(number).encode())
    before = kafka.bootstrap
    kafka.kill()
    kafka.start()
    assert kafka.bootstrap == before
    async with AIOKafkaConsumer("t", bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest") as consumer:
        assert [int((await consumer.getone()).value) for _ in range(100)] == list(range(100))


async def test_topics_are_never_made_by_mistake(kafka: Kafka) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, request_timeout_ms=1_000) as producer:
        with pytest.raises(Exception, match=r"UnknownTopic|KafkaTimeout|Timeout|metadata"):
            await producer.send_and_wait("nowhere", b"x")
    assert "nowhere" not in admin.list_topics()
    admin.close()


async def test_postgres_keeps_committed_rows_through_sigkill(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.dsn(owner_of("linker")))
    await connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    postgres.kill()
    postgres.start()
    connection = await asyncpg.connect(postgres.dsn("linker"))
    assert await connection.fetchval("SELECT count(*) FROM linker.kept") == 1000
    assert await connection.fetchval("SHOW fsync") == await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()


async def test_postgres_starts_over_a_stale_pid_file(postgres: Postgres) -> None:
    postgres.kill()
    process = subprocess.Popen(["sleep", "30"])
    lines = (postgres.data / "postmaster.pid").read_text().splitlines()
    (postgres.data / "postmaster.pid").write_text("\n".join([str(2**22 + 1), *lines[1:]]) + "\n")
    postgres.start()
    process.kill()
    process.wait()
    assert postgres.sql("SELECT 1").strip() == "1"


async def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.dsn("linker").replace("password", "guess"))


def test_a_port_that_is_taken_is_named(postgres: Postgres, tmp_path: Path) -> None:
    second = Postgres(tmp_path, PASSWORDS, port=postgres.port)
    second.launch()
    with pytest.raises(StartFailed, match="Address already in use"):
        second.finish_start(attempts=2)
