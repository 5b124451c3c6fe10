"""What is kept for operators is not kept for ever: parked messages hold people's events, dead letters where they came from."""

from vangnet_runtime.database import Pool
from vangnet_runtime.logging import get_logger
from vangnet_runtime.parts import Timer
from vangnet_runtime.settings import StatefulSettings

EVERY = 600.0
"""Seconds between two rounds."""
AT_ONCE = 10_000
"""Rows of one kind in one round: a long transaction would hold the writer up."""

PARKED = """
DELETE FROM parked WHERE id IN (
    SELECT id FROM parked WHERE parked_at < now() - make_interval(days => $1) ORDER BY id LIMIT $2)
"""
DEAD_LETTERS = """
DELETE FROM dead_letter WHERE ctid IN (
    SELECT ctid FROM dead_letter WHERE at < now() - make_interval(days => $1) LIMIT $2)
"""

log = get_logger()


def retention(database: Pool, settings: StatefulSettings) -> Timer:
    """The timer of one service. Age counts by the database's clock: no policy and no event clock has a say in it."""

    async def expire() -> None:
        parked = _count(await database.execute(PARKED, settings.parked_days, AT_ONCE))
        letters = _count(await database.execute(DEAD_LETTERS, settings.dead_letter_days, AT_ONCE))
        if parked:
            log.error("parked-expired", count=parked)
        if letters:
            log.info("dead-letters-expired", count=letters)

    return Timer("retention", EVERY, expire)


def _count(status: str) -> int:
    """Of `DELETE 3`."""
    return int(status.rpartition(" ")[2])
