"""What each role may do in the database: tried on every table that there is, so that a new one is covered without a line here."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from vangnet_local.migrations import bring_up_to_date
from vangnet_local.postgres import ROLES, SERVICES, Postgres, owner_of
from vangnet_runtime.migrations import MigrationRefused, apply, migrations_of

OPERATIONS = {
    "SELECT": "SELECT 1 FROM {table} LIMIT 1",
    "INSERT": "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}
ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
TRAILS = {"trail": {"SELECT", "INSERT", "DELETE"}, "trail_line": {"SELECT", "INSERT"}}
"""Deleting there is erasing, by a trigger's rules: the chain of hashes keeps that a line was there."""
TABLES = """
SELECT c.relnamespace::regnamespace::text AS schema, c.relname AS name,
       (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND attidentity = '' ORDER BY attnum LIMIT 1) AS column
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text = ANY($1::text[]) ORDER BY 1, 2
"""
MAKING = (
    "CREATE TABLE {schema}.made (x int)",
    "CREATE FUNCTION {schema}.made() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE public.made (x int)",
    "CREATE TEMP TABLE made (x int)",
    "CREATE SCHEMA made",
    "CREATE ROLE made",
    "ALTER ROLE {other} PASSWORD 'x'",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "SET session_replication_role = replica",
    "ALTER TABLE {schema}.migration DISABLE TRIGGER ALL",
    "ALTER TABLE {schema}.migration RENAME TO other",
    "DROP TABLE {schema}.migration",
    "COPY {schema}.migration TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), {name: f"password-of-{name}" for name in ROLES})
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def tables(server: Postgres) -> AsyncIterator[Postgres]:
    """With every service's tables, as `vangnet up` and docker-compose.yml make them."""
    await bring_up_to_date({role: server.dsn(role) for role in ROLES})
    yield server


async def allowed(connection: asyncpg.Connection, statement: str) -> bool:
    """Whether it is refused for lack of a right; what it does is undone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return False
    except asyncpg.PostgresError as fault:
        assert isinstance(fault, asyncpg.IntegrityConstraintViolationError | asyncpg.RaiseError), (statement, fault)
    finally:
        await transaction.rollback()
    return True


async def test_every_role_on_every_table(tables: Postgres) -> None:
    looked_at = set()
    for role in ROLES[1:]:
        connection = await asyncpg.connect(tables.dsn(role))
        for row in await connection.fetch(TABLES, [*SERVICES, "public"]):
            table = f"{row['schema']}.{row['name']}"
            may = {
                name
                for name, sql in OPERATIONS.items()
                if await allowed(connection, sql.format(table=table, column=row["column"]))
            }
            if role == owner_of(row["schema"]):  # may give itself any right
                assert may >= {"SELECT", "INSERT"}, (role, table)
            else:
                assert may == (TRAILS.get(row["name"], ROWS) if role == row["schema"] else set()), (role, table)
            looked_at.add(table)
        await connection.close()
    assert {"linker.migration", "indicators.person", "notifier.trail", "notifier.trail_line"} <= looked_at


@pytest.mark.parametrize("role", SERVICES)
async def test_a_service_makes_and_changes_nothing_but_rows(tables: Postgres, role: str) -> None:
    other = next(name for name in SERVICES if name != role)
    connection = await asyncpg.connect(tables.dsn(role))
    for statement in MAKING:
        filled = statement.format(schema=role, other=other, owner=owner_of(role))
        assert not await allowed(connection, filled), filled
    about = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = $1"
    assert await connection.fetchval(about, role) is False
    assert await connection.fetchval(about, owner_of(role)) is False
    await connection.close()


async def test_a_service_finds_its_tables_as_they_are_or_says_who_makes_them(tables: Postgres) -> None:
    wanted = migrations_of("vangnet_linker")
    connection = await asyncpg.connect(tables.dsn("linker"))
    assert await apply(connection, wanted) == []
    later = type(wanted[-1])("vangnet_linker", len(wanted), "9999_later.sql", "CREATE TABLE later (x int)")
    with pytest.raises(MigrationRefused, match="containers database"):
        await apply(connection, [*wanted, later])
    await connection.close()


async def test_what_an_earlier_version_left_to_the_service_goes_to_the_owner(tmp_path: Path) -> None:
    server = Postgres(tmp_path, {name: f"password-of-{name}" for name in ROLES})
    server.start()
    try:
        for name in SERVICES:
            server.sql(f"DROP SCHEMA {name} CASCADE; CREATE SCHEMA {name} AUTHORIZATION {name};")
            connection = await asyncpg.connect(server.dsn(name))
            await apply(connection, migrations_of(f"vangnet_{name}"))
            await connection.close()
        server.finish_start()
        await bring_up_to_date({role: server.dsn(role) for role in ROLES})
        await test_every_role_on_every_table(server)
    finally:
        server.kill()
