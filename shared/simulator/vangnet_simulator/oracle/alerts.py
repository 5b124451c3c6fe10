"""Oracle of I15 and I16 by plain loops: what the table of indicators says, alert by alert, area by area; nothing withheld.

An alert belongs to the local day of its release; one that waits for it to that of the report that made it. Of several messages
about an alert the one with the greatest version holds; a withdrawn one counts nowhere.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from vangnet_contract.messages import AlertChanged

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
REGION = "regio"
Figures = dict[str, float | int | None]


def newest(messages: Iterable[AlertChanged]) -> list[AlertChanged]:
    """What holds of each alert."""
    found: dict[str, AlertChanged] = {}
    for message in messages:
        if message.alert not in found or message.version > found[message.alert].version:
            found[message.alert] = message
    return list(found.values())


def figures(
    messages: Iterable[AlertChanged], area: str, municipalities: Sequence[str], end: date, days: int
) -> Figures:
    """Counts, and median and p90 of both durations (hours), of the `days` days that end on `end`."""
    until_release, until_acknowledgement = [], []
    counts = {"released": 0, "acknowledged": 0, "awaiting_acknowledgement": 0, "awaiting_release": 0}
    counts |= {"closed": 0, "open": 0, "answered": 0, "new": 0}
    for one in newest(messages):
        if one.municipality not in (municipalities if area == REGION else [area]) or one.state == "withdrawn":
            continue
        moment = one.released_at or (one.crossing_received_at if one.state == "candidate" else None)
        if moment is None:
            continue
        day = moment.astimezone(AMSTERDAM).date()
        if not end - timedelta(days=days) < day <= end:
            continue
        if one.released_at is None:
            counts["awaiting_release"] += 1
            continue
        counts["released"] += 1
        if one.crossing_received_at is not None:
            until_release.append((one.released_at - one.crossing_received_at).total_seconds() / 3600)
        if one.acknowledged_at is None:
            counts["awaiting_acknowledgement"] += 1
        else:
            counts["acknowledged"] += 1
            until_acknowledgement.append((one.acknowledged_at - one.released_at).total_seconds() / 3600)
        if one.state != "closed":
            counts["open"] += 1
            continue
        counts["closed"] += 1
        counts[f"outcome:{one.outcome}"] = counts.get(f"outcome:{one.outcome}", 0) + 1
        if one.novelty is not None:
            counts["answered"] += 1
            if one.novelty == "ja":
                counts["new"] += 1
    return {
        **counts,
        "totVrijgaveMediaan": _median(until_release),
        "totVrijgaveP90": _p90(until_release),
        "totBevestigingMediaan": _median(until_acknowledgement),
        "totBevestigingP90": _p90(until_acknowledgement),
    }


def _median(hours: list[float]) -> float | None:
    if not hours:
        return None
    ordered = sorted(hours)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _p90(hours: list[float]) -> float | None:
    for candidate in sorted(hours):
        if sum(one <= candidate for one in hours) * 10 >= 9 * len(hours):
            return candidate
    return None
