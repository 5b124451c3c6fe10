"""A backtest's results as a table, CSV or JSON."""

import csv
import io
from collections.abc import Sequence

import msgspec

from vangnet_indicators.domain.backtest import Result

COLUMNS = (
    "settings", "alerts", "alerts_a_week", "persons", "not_in_care", "in_care", "care_unknown",
    "heavy_users", "heavy_caught", "days_before_crisis", "overlapping",
)  # fmt: skip


def as_json(results: Sequence[Result]) -> str:
    """One array."""
    return msgspec.json.encode([one._asdict() for one in results]).decode() + "\n"


def as_csv(results: Sequence[Result]) -> str:
    """One line for each combination."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *map(_row, results)])
    return out.getvalue()


def as_table(results: Sequence[Result]) -> str:
    """Columns in line."""
    rows = [COLUMNS, *map(_row, results)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows
    )


def _row(one: Result) -> tuple[str, ...]:
    weekly = " ".join(f"{place or '-'}:{number:.2f}" for place, number in one.weekly.items())
    early = "" if one.days_before_crisis is None else f"{one.days_before_crisis:.1f}"
    numbers = (one.persons, one.in_care["no"], one.in_care["yes"], one.in_care["unknown"], one.heavy, one.caught)
    return (settings_in_words(one), str(one.alerts), weekly, *map(str, numbers), early, str(one.overlapping))


def settings_in_words(one: Result) -> str:
    """As they were asked for; - = the rule's own."""
    return " ".join(f"{name}={value}" for name, value in one.settings.items()) or "-"
