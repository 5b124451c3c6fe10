"""The live view in the terminal: what comes in, who is joined, what is open, how fast, and where to look."""

import re
from collections import Counter
from typing import Any

import httpx
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vangnet_local.demo.play import Played

BUCKET = re.compile(r'vangnet_delay_seconds_bucket\{le="([^"]+)",stage="indicators"\} (\S+)')
LAG = re.compile(r"vangnet_lag\{[^}]*\} (\S+)")


def latency(metrics: str) -> tuple[str, str]:
    """(p50, p99) of record in Kafka → counted and judged, as the upper bounds of histogram buckets."""
    buckets = [(le, float(count)) for le, count in BUCKET.findall(metrics)]
    total = buckets[-1][1] if buckets else 0.0
    return _quantile(buckets, total * 0.5), _quantile(buckets, total * 0.99)


def _quantile(buckets: list[tuple[str, float]], rank: float) -> str:
    return next((f"≤ {le} s" for le, count in buckets if rank and count >= rank), "-")


def lag(metrics: str) -> int:
    """Records waiting, over all partitions of a service."""
    return int(sum(float(value) for value in LAG.findall(metrics)))


def scrape(url: str) -> str:
    """A service's metrics; nothing while it is away."""
    try:
        return httpx.get(url, timeout=2).text
    except httpx.HTTPError:
        return ""


def panel(
    played: Played,
    metrics: dict[str, str],
    persons: int,
    inbox: tuple[int, list[dict[str, Any]]],
    where: dict[str, Any],
) -> Panel:
    """The whole view."""
    return Panel(
        Group(_figures(played, metrics, persons, inbox[0]), _alerts(inbox[1]), _places(where)),
        title="Vangnet, demo: nobody in it exists",
        border_style="cyan",
    )


def _figures(played: Played, metrics: dict[str, str], persons: int, open_alerts: int) -> Table:
    p50, p99 = latency(metrics.get("indicators", ""))
    by_partner = Counter(partner for partner, _ in played.lines.values())
    table = Table.grid(padding=(0, 3))
    table.add_row("day", f"{played.until:%Y-%m-%d}" if played.until else "-", "events in", str(played.events))
    table.add_row("persons known", str(persons), "open alerts", str(open_alerts))
    table.add_row(
        "Kafka → judged",
        f"p50 {p50}, p99 {p99}",
        "waiting",
        ", ".join(f"{name} {lag(text)}" for name, text in metrics.items()),
    )
    table.add_row("from", ", ".join(f"{name} {count}" for name, count in sorted(by_partner.items())), "", "")
    return table


def _alerts(newest: list[dict[str, Any]]) -> Table:
    table = Table("severity", "rule", "municipality", "state", "why", title="open alerts", expand=True)
    for alert in newest:
        table.add_row(alert["ernst"], alert["regel"], alert["gemeente"], alert["status"], alert["waarom"])
    return table


def _places(where: dict[str, Any]) -> Text:
    return Text(
        f"inbox {where['inbox']} (log in as beoordelaar, release; then as a coordinator)\n"
        f"rules {where['rules']}\nquarterly report {where['report']}\nmails {where['mails']}\nmetrics {where['metrics']['indicators']}"
    )
