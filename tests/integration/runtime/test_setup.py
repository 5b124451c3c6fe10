"""Topics and migrations: made once, compared afterwards."""

from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from vangnet_local.kafka import Kafka
from vangnet_local.ports import free_port
from vangnet_runtime import migrations
from vangnet_runtime.broker import Broker
from vangnet_runtime.database import DatabaseAway, connect
from vangnet_runtime.kafka import KafkaAway, TopicsRefused, make_topics
from vangnet_runtime.migrations import Migration, MigrationRefused, apply, migrate

from tests.integration.conftest import Schema
from tests.integration.runtime.rig import Plan


def test_topics_are_made_once_and_their_configuration_follows(kafka: Kafka, schema: Schema) -> None:
    name = f"{schema.name}.made"
    assert make_topics(Broker(kafka.bootstrap), [Plan(name, 3, {"retention.ms": "3600000"})]) == [name]
    assert make_topics(Broker(kafka.bootstrap), [Plan(name, 3, {"retention.ms": "7200000"})]) == []
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])["topic"][name]
    admin.close()
    assert found["retention.ms"]["value"] == "7200000"
    with pytest.raises(TopicsRefused, match=f"{name} has 3 partition.s., the catalogue wants 4"):
        make_topics(Broker(kafka.bootstrap), [Plan(name, 4)])


def test_a_broker_that_does_not_answer_is_named() -> None:
    with pytest.raises(KafkaAway, match="check that it runs, that VANGNET_KAFKA"):
        make_topics(Broker(f"127.0.0.1:{free_port()}"), [Plan("x")], within=1)


async def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseAway, match="VANGNET_DATABASE") as refused:
        await connect(f"postgresql://x:hunter2@127.0.0.1:{free_port()}/x", "x", within=0.5)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(DatabaseAway, match="no usable connection string"):
        await connect("postgresql://x:hunter2@127.0.0.1:port/x", "x", within=0.5)


async def test_migrations_are_applied_once_in_order_and_may_not_change(schema: Schema) -> None:
    pool = await connect(schema.dsn, schema.name, most=2)
    assert await migrate(pool) == ["0001_runtime.sql", "0002_outbox_chunks.sql"]
    assert await migrate(pool) == []
    first = Migration("toy", 1, "0001_a.sql", "CREATE TABLE a (x integer);")
    second = Migration("toy", 2, "0002_b.sql", "CREATE TABLE b (x integer); INSERT INTO a VALUES (1);")
    broken = Migration("toy", 3, "0003_c.sql", "CREATE TABLE c (x integer); SELECT 1/0;")
    async with pool.acquire() as connection:
        assert await apply(connection, [first]) == ["0001_a.sql"]
        assert await apply(connection, [first, second]) == ["0002_b.sql"]
        with pytest.raises(Exception, match="division by zero"):
            await apply(connection, [first, second, broken])
        assert await connection.fetchval("SELECT to_regclass('c')") is None, "all or nothing"
        changed = Migration("toy", 1, "0001_a.sql", "CREATE TABLE a (x bigint);")
        with pytest.raises(MigrationRefused, match=r"0001_a.sql was changed"):
            await apply(connection, [changed, second])
    await pool.close()


def test_migration_files_are_numbered_without_holes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "numbered"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    (package / "migrations" / "0001_a.sql").write_text("SELECT 1;")
    assert [found.name for found in migrations.read_migrations("numbered", "migrations")] == ["0001_a.sql"]
    (package / "migrations" / "0003_c.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationRefused, match="without holes"):
        migrations.read_migrations("numbered", "migrations")
    (package / "migrations" / "b.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationRefused, match=r"b.sql is not named like"):
        migrations.read_migrations("numbered", "migrations")
