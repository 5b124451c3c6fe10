"""What came out of the platform against what must have: every person, count, episode, alert and area series."""

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from vangnet_simulator.oracle import counting

from vangnet_local.demo import areas
from vangnet_local.demo.truth import Truth
from vangnet_local.failures import Expected
from vangnet_local.layout import Layout
from vangnet_local.programs import command

WINDOWS = (7, 30, 90, 365)
Group = frozenset[tuple[str, str]]  # the events of one person


class ExportFailed(Expected):
    """An export command did not do its work."""


class Comparison(NamedTuple):
    """How much was compared, and everything that differs (no person: a kind and an event)."""

    persons: int
    signals: int
    alerts: int
    differences: list[str]


def compare(layout: Layout, truth: Truth, as_of: datetime, mails: list[dict[str, Any]]) -> Comparison:
    """Compares the exports of a running platform with the oracle's state."""
    people, counted, alerts = export_persons(layout), export_counts(layout, as_of), export_alerts(layout)
    expected = {frozenset(fact.root for fact in facts): facts for facts in truth.people.in_view().values()}
    differences = [
        *_unequal("person", Counter(expected.keys()), Counter(people.values())),
        *_unequal("count", Counter(_expected_counts(expected, as_of)), Counter(_counted(people, counted))),
        *_unequal("episode", Counter(_expected_episodes(truth)), Counter(_episodes(alerts))),
        *_alert_differences(alerts, mails),
        *_area_differences(layout, truth, as_of),
    ]
    return Comparison(len(expected), len(truth.signals.standing), len(alerts), differences)


def export_persons(layout: Layout) -> dict[str, Group]:
    """The events of each person, by `vangnet-linker persons`."""
    persons: dict[str, set[tuple[str, str]]] = {}
    for row in csv.DictReader(_run(layout, "linker", "persons", "--format", "csv")):
        persons.setdefault(row["person"], set()).add((row["source"], row["id"]))
    return {person: frozenset(events) for person, events in persons.items()}


def export_counts(layout: Layout, as_of: datetime) -> list[dict[str, str]]:
    """Rows of `vangnet-indicators counts`."""
    return list(csv.DictReader(_run(layout, "indicators", "counts", "--as-of", as_of.isoformat(), "--format", "csv")))


def export_alerts(layout: Layout) -> list[dict[str, Any]]:
    """Lines of `vangnet-notifier alerts`."""
    return [json.loads(line) for line in _run(layout, "notifier", "alerts", "--format", "jsonl")]


def _run(layout: Layout, service: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [command(service), *arguments, "--data-dir", str(layout.root)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ExportFailed(
            f"vangnet-{service} {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-500:]}"
        )
    return done.stdout.splitlines()


def _expected_counts(expected: dict[Group, list[Any]], as_of: datetime) -> Iterator[tuple[Group, str, int, int]]:
    for group, facts in expected.items():
        for days in WINDOWS:
            events, occurrences = counting.counts(facts, as_of, days)
            yield group, f"{days}d", events, occurrences


def _counted(people: dict[str, Group], rows: list[dict[str, str]]) -> Iterator[tuple[Group, str, int, int]]:
    for row in rows:
        yield people.get(row["person"], frozenset()), row["window"], int(row["events"]), int(row["occurrences"])


def _expected_episodes(truth: Truth) -> Iterator[tuple[object, ...]]:
    for signal in truth.signals.standing:
        episode = signal.episode
        counts = episode.occurrences, episode.events
        yield episode.rule, frozenset(episode.keys), *counts, episode.lead, signal.ended_at


def _episodes(alerts: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    for alert in alerts:
        for episode in alert["episodes"]:
            evidence = frozenset(map(tuple, episode["evidence"]))
            ended = datetime.fromisoformat(episode["endedAt"]).astimezone(UTC) if episode["endedAt"] else None
            yield alert["rule"], evidence, episode["occurrences"], episode["events"], episode["lead"], ended


def _area_differences(layout: Layout, truth: Truth, as_of: datetime) -> Iterator[str]:
    for day in areas.telling_days(as_of.date()):
        rows = _run(layout, "indicators", "series", "--from", str(day), "--to", str(day))
        yield from areas.differences(day, areas.export(iter(rows)), truth.region)


def _alert_differences(alerts: list[dict[str, Any]], mails: list[dict[str, Any]]) -> list[str]:
    """One open alert for each person and rule; of every released one a coordinator was told."""
    open_ones = Counter(
        (a["person"], a["rule"]) for a in alerts if a["state"] in ("candidate", "released", "acknowledged")
    )
    doubled = [
        f"alert: {count} open alerts for one person by {rule}" for (_, rule), count in open_ones.items() if count > 1
    ]
    texts = [mail["text"] for mail in mails if any(who.startswith("coordinator-") for who in mail["recipients"])]
    released = [alert["id"] for alert in alerts if alert["state"] == "released"]
    return doubled + [
        f"mail: no coordinator was told of {alert}" for alert in released if not any(alert in text for text in texts)
    ]


def _unequal(kind: str, expected: Counter[Any], found: Counter[Any]) -> list[str]:
    missing, extra = expected - found, found - expected
    return [f"{kind} missing: {_short(thing)}" for thing in missing.elements()] + [
        f"{kind} too much: {_short(thing)}" for thing in extra.elements()
    ]


def _short(thing: object) -> str:
    parts = thing if isinstance(thing, tuple) else (thing,)
    return " ".join(str(sorted(part)[:4]) if isinstance(part, frozenset) else str(part) for part in parts)
