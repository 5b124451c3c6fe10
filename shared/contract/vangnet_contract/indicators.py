"""The indicators: what the region counts. Data in tables/indicators.csv, tables/registration_breaks.csv and tables/inhabitants.csv."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Disclosure = Literal["small-cells", "denominator", "operators"]


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table. `windows`: days, the last of which is the day that a value belongs to.

    `disclosure`: small-cells = counts below `least` are not shown and counts are rounded to `round_to`; denominator = no ratio
    on fewer than `least`; operators = not for publication. `about`: what is counted, partners' events or our own alerts.
    """

    id: str
    name: str
    definition: str
    unit: str
    windows: tuple[int, ...]
    disclosure: Disclosure
    least: int
    round_to: int
    about: Literal["events", "alerts"]


class RegistrationBreak(msgspec.Struct, frozen=True, kw_only=True):
    """From `start` on, the events of these indicators are registered in another way."""

    start: date
    indicators: tuple[str, ...]
    text: str
    source: str


@cache
def indicators() -> Mapping[str, Indicator]:
    """By id, in order."""
    return {row["id"]: _indicator(row) for row in _rows("indicators.csv")}


@cache
def area_indicators() -> Mapping[str, Indicator]:
    """Those that events are counted for, day by day."""
    return {name: one for name, one in indicators().items() if one.about == "events"}


@cache
def registration_breaks() -> tuple[RegistrationBreak, ...]:
    """The earliest first."""
    breaks = [
        RegistrationBreak(
            start=date.fromisoformat(row["from"]),
            indicators=tuple(row["indicators"].split("|")),
            text=row["text"],
            source=row["source"],
        )
        for row in _rows("registration_breaks.csv")
    ]
    return tuple(sorted(breaks, key=lambda one: one.start))


@cache
def inhabitants() -> Mapping[tuple[str, int], int]:
    """(municipality, year) → inhabitants on 1 January of that year, as far as the table goes."""
    return {(row["code"], int(row["year"])): int(row["inhabitants"]) for row in _rows("inhabitants.csv")}


def inhabitants_of(municipalities: Iterable[str], year: int) -> int | None:
    """Of all of them together; None when one is not in the table."""
    known = [inhabitants().get((code, year)) for code in municipalities]
    found = [number for number in known if number is not None]
    return sum(found) if found and len(found) == len(known) else None


def inhabitants_estimated(municipalities: Iterable[str], year: int) -> bool:
    """Whether one of these figures is an estimate: a rate with it is approximate, and says so."""
    return any((code, year) in _estimated() for code in municipalities)


@cache
def _estimated() -> frozenset[tuple[str, int]]:
    return frozenset((row["code"], int(row["year"])) for row in _rows("inhabitants.csv") if row["sure"] != "yes")


def _indicator(row: Mapping[str, str]) -> Indicator:
    windows = tuple(int(days) for days in row["windows"].split("|"))
    return msgspec.convert({**row, "windows": windows}, Indicator, strict=False)


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (files("vangnet_contract") / "tables" / name).open(encoding="utf-8") as table:
        yield from csv.DictReader(line for line in table if not line.startswith("#"))
