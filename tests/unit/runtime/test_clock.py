"""Clocks."""

from datetime import UTC, datetime, timedelta, timezone

from vangnet_runtime.clock import FixedClock, WallClock


def test_a_fixed_clock_stands_still_until_it_is_set() -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.set(datetime(2026, 3, 2, 1, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2026, 3, 2, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_the_wall_clock_tells_utc() -> None:
    assert WallClock().now().tzinfo is UTC
