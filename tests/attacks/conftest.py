"""A real PostgreSQL with an empty register for each test."""

import secrets
from collections.abc import Iterator

import pytest
from vangnet_local.postgres import ROLES, Postgres


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Started by the same code as `vangnet up`."""
    passwords = {name: secrets.token_hex(8) for name in ROLES}
    postgres = Postgres(tmp_path_factory.mktemp("postgres"), passwords)
    postgres.start()
    yield postgres
    postgres.kill()


@pytest.fixture
def postgres(server: Postgres) -> Postgres:
    """With nothing in it."""
    server.sql("DROP SCHEMA linker CASCADE; CREATE SCHEMA linker AUTHORIZATION linker;")
    return server
