"""One real Kafka and one real PostgreSQL for a run, started by the same code as `vangnet up`."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from vangnet_local.kafka import Kafka
from vangnet_local.postgres import ROLES, SUPERUSER, Postgres

_numbers = count(1)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker; a test that stops it starts it again. Sessions may be short: a takeover need not take 10 s."""
    broker = Kafka(tmp_path_factory.mktemp("kafka"))
    program = broker.child.program
    broker.child.program = replace(program, argv=[*program.argv, "--override", "group.min.session.timeout.ms=1000"])
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server with the roles and schemas of all services; a test that stops it starts it again."""
    passwords = {name: secrets.token_hex(8) for name in ROLES}
    server = Postgres(tmp_path_factory.mktemp("postgres"), passwords)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def one_day() -> None:
    """Evaluators count by the day (UTC) and have no clock but the machine's: a test of it does not begin just before midnight."""
    now = datetime.now(UTC)
    if (now.hour, now.minute) >= (23, 57):
        time.sleep(180)


@dataclass(frozen=True)
class Schema:
    """An empty schema of its own. `name` is also used for topics and groups of the test."""

    name: str
    dsn: str
    folder: Path


@pytest.fixture
def schema(postgres: Postgres, tmp_path: Path) -> Schema:
    """A fresh one for the test."""
    name = f"toy{next(_numbers)}"
    postgres.sql(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name};")
    return Schema(name, postgres.dsn(SUPERUSER), tmp_path)
