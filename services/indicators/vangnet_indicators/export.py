"""Exports of a local platform: counts of everyone as of a moment, and the signals as they stand."""

import csv
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

import msgspec
from vangnet_contract.policy import load_policy
from vangnet_runtime.database import connect

from vangnet_indicators.adapters.store import everyone
from vangnet_indicators.domain.counts import counts
from vangnet_indicators.domain.signals import Person
from vangnet_indicators.settings import IndicatorsSettings


async def export_counts(settings: IndicatorsSettings, as_of: datetime, out: TextIO) -> None:
    """Writes person,window,events,occurrences: for everyone in view, each window of days."""
    gap = load_policy(settings.policy).region.occurrence
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["person", "window", "events", "occurrences"])
    for person in await _everyone(settings, lambda person: bool(person.records)):
        writer.writerows(
            [person.person, f"{count.days}d", count.events, count.occurrences]
            for count in counts(person.records, as_of, gap)
        )


async def export_signals(settings: IndicatorsSettings, out: TextIO) -> None:
    """Writes each signal that stands (not withdrawn) as it was last told, one JSON object a line."""
    for person in await _everyone(settings, lambda person: bool(person.standing)):
        for standing in person.standing:
            out.write(msgspec.json.encode(standing.told).decode() + "\n")


async def _everyone(settings: IndicatorsSettings, wanted: Callable[[Person], bool]) -> list[Person]:
    pool = await connect(settings.database.get_secret_value(), settings.service, most=1)
    try:
        return [person for person in await everyone(pool) if wanted(person)]
    finally:
        await pool.close()
