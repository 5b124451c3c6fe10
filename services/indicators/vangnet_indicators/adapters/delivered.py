"""Up to when each partner has delivered, by what is committed."""

from vangnet_contract.topics import PERSON_PARTITIONS
from vangnet_runtime.database import Connection, Pool

# What one partition has not heard yet may still come to it.
READ = "SELECT partner, min(up_to) AS up_to FROM heartbeat GROUP BY partner HAVING count(*) = $1"


async def read_delivered(database: Connection | Pool) -> dict[str, int]:
    """Partner → µs; without those that never said so to every partition."""
    return {row["partner"]: row["up_to"] for row in await database.fetch(READ, PERSON_PARTITIONS)}
