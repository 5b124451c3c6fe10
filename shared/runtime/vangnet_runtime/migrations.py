"""Forward-only SQL migrations: numbered files of a package folder, each applied once, in order, in one transaction.

The runtime's own tables (`schema/`) come first, then the service's (`migrations/`). A file that was applied may not change.
"""

import hashlib
import re
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

import asyncpg
import msgspec

from vangnet_runtime.database import Connection, Pool
from vangnet_runtime.logging import get_logger
from vangnet_runtime.refusal import CannotStart

NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
LOCK = 0x76616E67  # "vang": one migration of a database at a time

HISTORY = """
CREATE TABLE migration (
    part text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (part, number)
)
"""

log = get_logger()


class MigrationRefused(CannotStart):
    """The files and what the database remembers do not fit together; the text says which file."""


class Migration(msgspec.Struct, frozen=True):
    """One file. `part` is the package that owns it: numbers count within a part."""

    part: str
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).digest()


def read_migrations(package: str, folder: str) -> list[Migration]:
    """The files of `<package>/<folder>`, in order. Numbers run from 1 without holes."""
    entries = sorted(files(package).joinpath(folder).iterdir(), key=lambda entry: entry.name)
    found = [_read(package, entry) for entry in entries if entry.name.endswith(".sql")]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationRefused(f"the migrations of {package} are not numbered 0001, 0002, … without holes")
    return found


async def migrate(pool: Pool, package: str | None = None) -> list[str]:
    """Brings the schema up to date with the runtime's files and those of `package`; returns the names applied now, and logs them."""
    async with pool.acquire() as connection:
        applied = await apply(connection, migrations_of(package))
    for name in applied:
        log.info("migration-applied", name=name)
    return applied


def migrations_of(package: str | None) -> list[Migration]:
    """The runtime's, then those of `package`."""
    wanted = read_migrations("vangnet_runtime", "schema")
    return wanted if package is None else wanted + read_migrations(package, "migrations")


async def apply(connection: Connection, wanted: Iterable[Migration]) -> list[str]:
    """All or nothing; replicas that start together wait for each other. A role that may not change tables finds them as they should
    be, or raises MigrationRefused."""
    try:
        return await _apply(connection, wanted)
    except asyncpg.InsufficientPrivilegeError:
        raise MigrationRefused(
            "the tables are not those of this version, and this role may not change them: run "
            "`python -m vangnet_local.containers database` (docker-compose.yml: service setup), then start it again"
        ) from None


async def _apply(connection: Connection, wanted: Iterable[Migration]) -> list[str]:
    applied: list[str] = []
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '60s'")
        await connection.execute("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", LOCK)
        if await connection.fetchval("SELECT to_regclass('migration') IS NULL"):
            await connection.execute(HISTORY)
        rows = await connection.fetch("SELECT part, number, sha256 FROM migration")
        known = {(row["part"], row["number"]): row["sha256"] for row in rows}
        for migration in wanted:
            if await _apply_one(connection, migration, known.get((migration.part, migration.number))):
                applied.append(migration.name)
    return applied


async def _apply_one(connection: Connection, migration: Migration, known: bytes | None) -> bool:
    if known is None:
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO migration (part, number, name, sha256) VALUES ($1, $2, $3, $4)",
            migration.part,
            migration.number,
            migration.name,
            migration.checksum,
        )
    elif known != migration.checksum:
        raise MigrationRefused(
            f"{migration.part}: {migration.name} was changed after it had been applied; "
            "put the old text back and write a new migration"
        )
    return known is None


def _read(package: str, entry: Traversable) -> Migration:
    match = NAME.fullmatch(entry.name)
    if match is None:
        raise MigrationRefused(f"{package}: {entry.name} is not named like 0001_what_it_does.sql")
    return Migration(package, int(match.group(1)), entry.name, entry.read_text(encoding="utf-8"))
