"""Parked messages and dead letters go when their time is over, no sooner."""

from pathlib import Path

from pydantic import SecretStr
from vangnet_runtime.settings import StatefulSettings
from vangnet_runtime.upkeep import retention

from tests.integration.runtime.rig import Rig

PARK = """
INSERT INTO parked (partition, key, topic, "offset", timestamp_ms, value, headers, reason, parked_at)
SELECT 0, 'k', 't', days, 0, '', '', 'ArithmeticError', now() - make_interval(days => days, mins => 1)
FROM generate_series(0, 20) days
"""
BURY = """
INSERT INTO dead_letter (topic, partition, "offset", timestamp_ms, reason, value_sha256, size, at)
SELECT 't', 0, days, 0, 'not-json', '', 0, now() - make_interval(days => days, mins => 1) FROM generate_series(0, 20) days
"""


async def test_what_is_kept_for_operators_has_its_time(rig: Rig, tmp_path: Path) -> None:
    pool = await rig.pool()
    await pool.execute(PARK)
    await pool.execute(BURY)
    settings = StatefulSettings(
        kafka=rig.kafka.bootstrap,
        policy=tmp_path,
        database=SecretStr(rig.schema.dsn),
        parked_days=14,
        dead_letter_days=3,
    )
    await retention(pool, settings).work()
    assert await pool.fetchval('SELECT array_agg("offset" ORDER BY "offset") FROM parked') == list(range(14))
    assert await pool.fetchval('SELECT array_agg("offset" ORDER BY "offset") FROM dead_letter') == [0, 1, 2]
    await pool.close()
