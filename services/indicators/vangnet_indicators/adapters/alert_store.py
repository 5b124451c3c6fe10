"""What the notifier last said of each alert, in PostgreSQL."""

from collections.abc import Mapping
from typing import Any

import msgspec
from vangnet_contract.messages import AlertChanged
from vangnet_runtime.database import Pool
from vangnet_runtime.stage import Statement

from vangnet_indicators.domain.alerts.standing import AlertStanding

KEPT_DAYS = 1826
"""After the last that was said of it: five years, as long as events at most."""

# An older state may come after a newer one: the greatest version holds.
SAVE = """
INSERT INTO alert (alert, version, at, municipality, state, crossing_received_at, released_at, acknowledged_at, outcome, novelty)
SELECT * FROM unnest($1::text[], $2::integer[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[],
                     $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[])
ON CONFLICT (alert) DO UPDATE SET version = excluded.version, at = excluded.at, municipality = excluded.municipality,
    state = excluded.state, crossing_received_at = excluded.crossing_received_at, released_at = excluded.released_at,
    acknowledged_at = excluded.acknowledged_at, outcome = excluded.outcome, novelty = excluded.novelty
WHERE alert.version < excluded.version
"""

FORGET = "DELETE FROM alert WHERE at < (SELECT max(at) FROM alert) - make_interval(days => $1)"

READ = "SELECT municipality, state, crossing_received_at, released_at, acknowledged_at, outcome, novelty FROM alert"


def writes(newest: Mapping[str, AlertChanged]) -> list[Statement]:
    """The newest message of each alert that a batch holds."""
    said = [newest[alert] for alert in sorted(newest)]
    return [Statement(SAVE, list(map(list, zip(*map(_row, said), strict=True)))), Statement(FORGET, (KEPT_DAYS,))]


async def read_alerts(pool: Pool) -> list[AlertStanding]:
    """All that are kept."""
    return [msgspec.convert(dict(row), AlertStanding) for row in await pool.fetch(READ)]


def _row(said: AlertChanged) -> tuple[Any, ...]:
    return (
        said.alert,
        said.version,
        said.at,
        said.municipality,
        said.state,
        said.crossing_received_at,
        said.released_at,
        said.acknowledged_at,
        said.outcome,
        said.novelty,
    )
