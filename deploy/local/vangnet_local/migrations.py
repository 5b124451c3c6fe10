"""The tables of the services, made and changed by their owners: the services themselves may only use them."""

from collections.abc import Mapping

import asyncpg
from vangnet_runtime.migrations import apply, migrations_of

from vangnet_local.postgres import SERVICES, owner_of

TRAILS = """
    REVOKE UPDATE, TRUNCATE ON trail FROM notifier;
    REVOKE UPDATE, DELETE, TRUNCATE ON trail_line FROM notifier;
"""
"""The notifier adds lines and, by the rules of a trigger that is not its own, erases content; nothing else."""


async def bring_up_to_date(addresses: Mapping[str, str]) -> None:
    """Applies what is missing in each service's schema. `addresses`: connection strings by role. Raises MigrationRefused."""
    for service in SERVICES:
        connection = await asyncpg.connect(addresses[owner_of(service)])
        try:
            await apply(connection, migrations_of(f"vangnet_{service}"))
            if service == "notifier":
                await connection.execute(TRAILS)
        finally:
            await connection.close()
