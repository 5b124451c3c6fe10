"""A backtest's results as a table, CSV, JSON or a chart."""

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
    settings = " ".join(f"{name}={value}" for name, value in one.settings.items()) or "-"
    return (settings, str(one.alerts), weekly, *map(str, numbers), early, str(one.overlapping))


def as_svg(results: Sequence[Result]) -> str:
    """Alerts a week, all municipalities together: a bar for each combination."""
    totals = [sum(one.weekly.values()) for one in results]
    most = max([*totals, 0.01])
    bars = "".join(
        f'<text x="0" y="{24 * n + 40}">{_row(one)[0]}</text>'
        f'<rect x="220" y="{24 * n + 27}" width="{300 * total / most:.1f}" height="16" fill="#154273"/>'
        f'<text x="{225 + 300 * total / most:.1f}" y="{24 * n + 40}">{total:.2f}</text>'
        for n, (one, total) in enumerate(zip(results, totals, strict=True))
    )
    size = f'viewBox="0 0 600 {24 * len(results) + 36}"'
    title = "Signalen per week"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" role="img">'
        f'<title>{title}</title><text x="0" y="16" font-weight="bold">{title}</text>{bars}</svg>\n'
    )
