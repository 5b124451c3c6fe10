"""Area counts in PostgreSQL: what a batch changed is one row; now and then these rows are folded into blocks of 256 days.

All of it happens inside the batch's fenced transaction, so a reader never sees a change twice or not at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from vangnet_contract.messages import AreaEvent, PersonChanged, PersonsMessage
from vangnet_runtime.database import Connection
from vangnet_runtime.stage import Statement

from vangnet_indicators.domain.area.cells import AreaCells, Areas, SeriesKey, add_days
from vangnet_indicators.domain.area.counting import AreaCounts
from vangnet_indicators.domain.area.reports import Located, Report, report_key

FOLD_ROWS = 16
"""A partition's deltas are folded when there are more rows than this: it bounds what a reader adds up. Folding costs much the same
for few rows as for many, since a batch of a backlog touches most series."""
BLOCK = 256

LOAD_REPORTS = "SELECT key, events FROM area_report WHERE key = ANY($1::uuid[])"

SAVE_REPORTS = """
INSERT INTO area_report (key, partition, events) SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bytea[])
ON CONFLICT (key) DO UPDATE SET partition = excluded.partition, events = excluded.events
"""

FORGET_REPORTS = "DELETE FROM area_report WHERE key = ANY($1::uuid[])"

SAVE_DELTA = "INSERT INTO area_delta (partition, size, cells) VALUES ($1, $2, $3)"

DUE = "SELECT count(*) > $2 FROM area_delta WHERE partition = $1"

LOAD_DELTAS = "SELECT id, cells FROM area_delta WHERE partition = $1"

FORGET_DELTAS = "DELETE FROM area_delta WHERE partition = $1 AND id = ANY($2::bigint[])"

LOAD_BLOCKS = """
SELECT b.area, b.component, b.days, b.part, b.block, b.cells
FROM unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::integer[]) AS w (area, component, days, part, block)
JOIN area_block AS b USING (area, component, days, part, block) WHERE b.partition = $1
"""

SAVE_BLOCKS = """
INSERT INTO area_block (partition, area, component, days, part, block, cells)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::integer[], $7::bytea[])
ON CONFLICT (area, component, days, part, block, partition) DO UPDATE SET cells = excluded.cells
"""

BlockKey = tuple[str, str, int, str, int]
Days = dict[int, int]

encode = msgspec.msgpack.Encoder().encode
decode_days = msgspec.msgpack.Decoder(dict[int, int]).decode
decode_delta = msgspec.msgpack.Decoder(dict[str, msgspec.Raw]).decode
_events = msgspec.msgpack.Decoder(list[Located]).decode


async def load(connection: Connection, partition: int, messages: Sequence[PersonsMessage]) -> AreaCounts:
    """The reports that these messages belong to. Deltas that are due are folded on the way."""
    if any(isinstance(message, AreaEvent | PersonChanged) for message in messages):
        await fold_if_due(connection, partition)
    keys = {report_key(message.record) for message in messages if isinstance(message, AreaEvent)}
    rows = await connection.fetch(LOAD_REPORTS, sorted(keys)) if keys else []
    return AreaCounts(reports={row["key"].hex: Report(_events(row["events"])) for row in rows})


def writes(partition: int, area: AreaCounts) -> list[Statement]:
    """What changed, as one delta; reports of which nothing is left are gone."""
    statements = []
    delta = {delta_name(areas, key): days for areas, key, days in area.cells.nonzero()}
    if delta:
        size = sum(map(len, delta.values()))
        statements.append(Statement(SAVE_DELTA, (partition, size, encode(delta))))
    changed = {key: area.reports[key].events for key in sorted(area.changed)}
    kept = {key: events for key, events in changed.items() if events}
    if kept:
        columns = list(kept), [partition] * len(kept), [encode(events) for events in kept.values()]
        statements.append(Statement(SAVE_REPORTS, columns))
    if gone := [key for key, events in changed.items() if not events]:
        statements.append(Statement(FORGET_REPORTS, (gone,)))
    return statements


def delta_name(areas: Areas, key: SeriesKey) -> str:
    """Of changes in a delta: "area,area/component/window/part"."""
    return f"{','.join(areas)}/{key.component}/{key.window}/{key.part}"


def series_names(name: str) -> list[str]:
    """The series, "area/component/window/part", that a name in a delta is about: one for each of its areas."""
    areas, _, rest = name.partition("/")
    return [f"{area}/{rest}" for area in areas.split(",")]


def by_series(cells: AreaCells) -> dict[str, Days]:
    """What is left in each series, by its name."""
    found: defaultdict[str, Days] = defaultdict(dict)
    for areas, key, days in cells.nonzero():
        for name in series_names(delta_name(areas, key)):
            add_days(found[name], days.items())
    return {name: left for name, days in found.items() if (left := {day: n for day, n in days.items() if n})}


async def fold_if_due(connection: Connection, partition: int) -> None:
    """Adds the partition's deltas to its blocks, when there are many; inside the batch's transaction."""
    if not await connection.fetchval(DUE, partition, FOLD_ROWS):
        return
    deltas = await connection.fetch(LOAD_DELTAS, partition)
    changes = _by_block(row["cells"] for row in deltas)
    rows = await connection.fetch(LOAD_BLOCKS, partition, *_columns(changes))
    for row in rows:
        key = row["area"], row["component"], row["days"], row["part"], row["block"]
        add_days(changes[key], decode_days(row["cells"]).items())
    cells = [encode({day: count for day, count in days.items() if count}) for days in changes.values()]
    await connection.execute(SAVE_BLOCKS, partition, *_columns(changes), cells)
    await connection.execute(FORGET_DELTAS, partition, [row["id"] for row in deltas])


def _by_block(deltas: Iterable[bytes]) -> Mapping[BlockKey, Days]:
    found: defaultdict[BlockKey, Days] = defaultdict(dict)
    for delta in deltas:
        for name, raw in decode_delta(delta).items():
            areas, component, window, part = name.split("/", 3)
            for block, days in _blocks(decode_days(raw)).items():
                for area in areas.split(","):
                    add_days(found[area, component, int(window), part, block], days)
    return found


def _blocks(days: Days) -> Mapping[int, list[tuple[int, int]]]:
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for change in days.items():
        found[change[0] // BLOCK].append(change)
    return found


def _columns(keys: Iterable[BlockKey]) -> list[list[str | int]]:
    return [list(column) for column in zip(*keys, strict=True)]
