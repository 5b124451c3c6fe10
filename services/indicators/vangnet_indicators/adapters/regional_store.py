"""What the owner of partition 0 reads of all partitions, and the board that it keeps. Inside the batch's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
import prometheus_client
from vangnet_contract.policy.rules import AreaDeviation, SourceSilence
from vangnet_contract.topics import PERSON_PARTITIONS
from vangnet_runtime.database import Connection, Pool
from vangnet_runtime.metrics import REGISTRY
from vangnet_runtime.stage import Statement

from vangnet_indicators.adapters.area_series import weekly_reports
from vangnet_indicators.app import OWNER, Partition
from vangnet_indicators.domain.area.calendar import date_of, number_of
from vangnet_indicators.domain.instants import HOUR, micros
from vangnet_indicators.domain.regional.board import Board, Facts, monday_of
from vangnet_indicators.domain.rulebook import Rulebook

SILENT = prometheus_client.Gauge(
    "vangnet_partner_silent",
    "1 while a partner does not deliver: no heartbeat, or no events where some were to be expected (rule R12).",
    ["partner", "sign"],
    registry=REGISTRY,
)
KEPT_HOURS = 2 * 364 * 24
"""Twice the longest history that a policy may ask for."""

LOAD = "SELECT body FROM board WHERE partition = $1"
# The clock that is furthest behind; NULL while a partition has none. Area counts and arrivals are read after it: they are as
# far at least.
PASSED = "SELECT CASE WHEN count(*) = $1 THEN min(tick) END FROM clock"
ARRIVALS = (
    "SELECT partner, hour, sum(events)::bigint AS events FROM arrival WHERE hour >= $1 AND hour < $2 GROUP BY 1, 2"
)
SAVE = "INSERT INTO board (partition, body) VALUES ($1, $2) ON CONFLICT (partition) DO UPDATE SET body = excluded.body"
ADD_ARRIVALS = """
INSERT INTO arrival (partition, partner, hour, events) SELECT * FROM unnest($1::integer[], $2::text[], $3::integer[], $4::integer[])
ON CONFLICT (hour, partner, partition) DO UPDATE SET events = arrival.events + excluded.events
"""
FORGET_ARRIVALS = "DELETE FROM arrival WHERE hour < $1"

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Board).decode


async def load(connection: Connection, book: Rulebook) -> tuple[Board | None, Facts]:
    """The board (None = there was no Tick yet), and what can be judged now."""
    body = await connection.fetchval(LOAD, OWNER)
    passed = await connection.fetchval(PASSED, PERSON_PARTITIONS)
    if body is None or passed is None:
        return (None if body is None else decode(body)), Facts(0)
    board = decode(body)
    return board, Facts(
        micros(passed), await _arrivals(connection, board, passed, book), await _weekly(connection, board, passed, book)
    )


async def measure(pool: Pool, partners: Iterable[str]) -> None:
    """Brings the gauges up to date, from what is committed."""
    body = await pool.fetchval(LOAD, OWNER)
    standing = decode(body).standing.values() if body else ()
    silent = {(signal.partner, signal.sign) for signal in standing}
    for partner in partners:
        for sign in ("heartbeat", "events"):
            SILENT.labels(partner, sign).set((partner, sign) in silent)


def writes(state: Partition) -> Iterator[Statement]:
    """What changed."""
    if state.arrivals:
        rows = [(state.number, partner, hour, count) for (partner, hour), count in sorted(state.arrivals.items())]
        yield Statement(ADD_ARRIVALS, [list(column) for column in zip(*rows, strict=True)])
    if state.board is not None and state.ticked:
        yield Statement(SAVE, (OWNER, encode(state.board)))
        yield Statement(FORGET_ARRIVALS, (state.board.hour - KEPT_HOURS,))


async def _arrivals(
    connection: Connection, board: Board, passed: datetime, book: Rulebook
) -> Mapping[str, Mapping[int, int]]:
    end = micros(passed) // HOUR
    if end <= board.hour or not book.silences:
        return {}
    days = max(rule.condition.history_days for rule in book.silences if isinstance(rule.condition, SourceSilence))
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for row in await connection.fetch(ARRIVALS, board.hour - 2 * days * 24, end):
        found[row["partner"]][row["hour"]] = row["events"]
    return found


async def _weekly(
    connection: Connection, board: Board, passed: datetime, book: Rulebook
) -> Mapping[int, Mapping[str, Sequence[int]]]:
    weeks = max((r.condition.weeks for r in book.deviations if isinstance(r.condition, AreaDeviation)), default=0)
    mondays = range(board.monday + 7, number_of(monday_of(passed)) + 1, 7)
    return {
        monday: {
            place: await weekly_reports(connection, place, date_of(monday), weeks)
            for place in sorted(book.municipalities)
        }
        for monday in mondays
        if weeks
    }
