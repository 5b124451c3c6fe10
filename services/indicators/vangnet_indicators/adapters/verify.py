"""Compares what is kept with what follows from the stored events: everything once, or a few persons all the time."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

import msgspec
import prometheus_client
from vangnet_runtime.database import Connection, Pool
from vangnet_runtime.logging import get_logger
from vangnet_runtime.metrics import REGISTRY

from vangnet_indicators.adapters import repair_rows
from vangnet_indicators.adapters.area_store import by_series
from vangnet_indicators.adapters.repair_rows import KeptCells, Stored
from vangnet_indicators.adapters.store import Books
from vangnet_indicators.domain.area.cells import AreaCells
from vangnet_indicators.domain.rebuild import SeriesCells, lacking, person_cells
from vangnet_indicators.domain.rulebook import Rulebook
from vangnet_indicators.domain.verify import KINDS, Kind, check_person

CHECKED = prometheus_client.Counter(
    "vangnet_indicators_verify_checked_total", "Persons whose state was compared with their events.", registry=REGISTRY
)
MISMATCHES = prometheus_client.Counter(
    "vangnet_indicators_verify_mismatches_total",
    "Differences found: must stay 0. Then: vangnet-indicators verify, rebuild.",
    ["kind"],
    registry=REGISTRY,
)
SAMPLE = 3
"""Persons looked at together."""
MOST_EVENTS = 200
"""Of a person who is looked at beside the work: 100 events take 30 ms, 1,000 take seconds. `verify` looks at everyone."""
PATIENCE = "SET LOCAL idle_in_transaction_session_timeout = '120s'"
"""What is compared between two statements takes longer than a batch does."""

log = get_logger()


class Verified(NamedTuple):
    """How many persons and reports were compared, what differs by kind, and the ids of persons with whom it does."""

    checked: Counter[str]
    mismatches: Counter[str]
    differing: list[str]

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return not self.mismatches.total()


class Area(NamedTuple):
    """The area cells of a partition: as they follow from what is stored, and as they are kept.

    `unreadable`: persons and reports that could not be counted.
    """

    expected: SeriesCells
    kept: KeptCells
    reports: int
    unreadable: int

    @property
    def lacking(self) -> SeriesCells:
        """What is to be added."""
        return lacking(self.expected, self.kept.cells)


class Watch:
    """Looks at a few persons, again and again. Each is read in one snapshot with all that is compared with it."""

    def __init__(self, pool: Pool, books: Books, dice: random.Random) -> None:
        self._pool = pool
        self._books = books
        self._dice = dice
        for kind in KINDS:
            MISMATCHES.labels(kind)

    async def look(self) -> None:
        """Once."""
        start = UUID(int=self._dice.getrandbits(128))
        async with self._pool.acquire() as connection:
            found = await repair_rows.persons(connection, start, None, SAMPLE)
        for one in found:
            if one.kept is None or len(one.kept.person.history) <= MOST_EVENTS:
                await self._check(one)

    async def _check(self, stored: Stored) -> None:
        kinds = await asyncio.to_thread(differences, stored, self._books)  # others get their turns
        CHECKED.inc()
        for kind, count in Counter(kinds).items():
            MISMATCHES.labels(kind).inc(count)
            log.error("state-differs", kind=kind, count=count)


def differences(stored: Stored, books: Books) -> list[Kind]:
    """Of one person, by the policy that its partition goes by. Raises NotYet when the deployment does not have that version."""
    if stored.kept is None:
        return ["unreadable"]
    try:
        return check_person(stored.kept, stored.known, books(stored.version))
    except msgspec.MsgspecError:
        return ["unreadable"]


async def verify(connection: Connection, books: Books) -> Verified:
    """Everything, in one snapshot."""
    found = Verified(Counter(), Counter(), [])
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(PATIENCE)
        for row in await connection.fetch(repair_rows.PARTITIONS):
            await _verify_partition(connection, row["partition"], books, found)
    return found


async def area_of(connection: Connection, partition: int, books: Books, seen: Callable[[Stored], None]) -> Area:
    """The cells of a partition, inside a transaction of one snapshot. `seen` is told of each person on the way."""
    book = books(await connection.fetchval(repair_rows.VERSION, partition))
    counted, reports, unreadable = AreaCells(), 0, 0
    async for one in repair_rows.all_persons(connection, partition):
        seen(one)
        unreadable += not _count(one, book, counted)
    async for report in repair_rows.reports(connection, partition):
        reports += 1
        if report is None:
            unreadable += 1
        else:
            report.count(book.municipalities, counted)
    return Area(by_series(counted), await repair_rows.cells(connection, partition), reports, unreadable)


def _count(stored: Stored, book: Rulebook, cells: AreaCells) -> bool:
    """Whether the person's events could be read."""
    if stored.kept is None:
        return False
    try:
        person_cells(stored.kept.person.history, stored.id.hex, book, cells)
    except msgspec.MsgspecError:
        return False
    return True


async def _verify_partition(connection: Connection, partition: int, books: Books, found: Verified) -> None:
    def seen(stored: Stored) -> None:
        kinds = differences(stored, books)
        found.checked["persons"] += 1
        found.mismatches.update(kinds)
        if kinds:
            found.differing.append(stored.id.hex)

    area = await area_of(connection, partition, books, seen)
    found.checked["reports"] += area.reports
    for kind, count in (
        ("unreadable", len(area.kept.unreadable) + area.unreadable),
        ("area-cells", sum(map(len, area.lacking.values()))),
        ("awaiting", len(await connection.fetch(repair_rows.ORPHANS, partition))),
    ):
        found.mismatches[kind] += count
