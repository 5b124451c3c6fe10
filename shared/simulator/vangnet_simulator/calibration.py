"""The figures of a simulated year beside those that were published about Flevoland and the Netherlands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import ceil

from vangnet_simulator import partners as types
from vangnet_simulator.local_time import DAY, in_office_hours, in_weekend, local_day
from vangnet_simulator.places import MUNICIPALITIES
from vangnet_simulator.records import Record
from vangnet_simulator.simulation import SOURCES, Simulation

OPEN_AFTER_CONFIRMATION = 45 * DAY  # reading.md: care without a further `lopend` counts as ended
_CARE = frozenset(
    {
        types.AMBULATORY_CARE,
        types.OUTREACH_CARE,
        types.SHELTERED_HOUSING,
        types.SHELTER,
        types.SOCIAL_SUPPORT,
        types.CARE_AUTHORISATION,
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`published` with its source, and what the simulation gives. `unit`: `%` or a number."""

    name: str
    published: float
    achieved: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Event:
    """A live event as corrected; `person` is empty without an identity."""

    type: str
    partner: str
    at: float
    municipality: str
    details: Mapping[str, str]
    person: str


def calibration(simulation: Simulation) -> list[Figure]:
    """The simulation should be of one year; counts are not scaled."""
    events = _live(simulation)
    reports = [event for event in events if event.type in types.REPORTS]
    known = [event for event in reports if event.person]
    by_person: dict[str, list[float]] = defaultdict(list)
    for report in known:
        by_person[report.person].append(report.at)
    repeaters = [sorted(times) for times in by_person.values() if len(times) > 1]
    open_care = _care_intervals(events)
    in_care = [report for report in known if _covered(open_care[report.person], report.at)]
    oggz = [event for event in events if event.type == types.OGGZ_REPORT]
    flevoland, rivm, region = "Flevoland 2018", "RIVM, Netherlands 2016", "Omroep Flevoland, 2018"
    return [
        Figure("reports E33 + E14 + homeless nuisance", 2455, len(reports), "", flevoland),
        Figure("persons with such a report", 993, len(by_person), "", flevoland),
        Figure("reports of the 7 % with most", 36.6, _concentration(by_person), "%", flevoland),
        Figure(
            "outside office hours",
            69,
            _share(reports, [r for r in reports if not in_office_hours(int(r.at))]),
            "%",
            flevoland,
        ),
        Figure("in weekends", 33.3, _share(reports, [r for r in reports if in_weekend(int(r.at))]), "%", flevoland),
        Figure("without a traceable person", 25, 100 - _share(reports, known), "%", rivm),
        Figure("in care on the day of the report", 75, _share(known, in_care), "%", flevoland),
        Figure("persons known to care", 78, _share(by_person, [p for p, times in by_person.items() if _began_before(open_care[p], min(times))]), "%", flevoland),
        Figure(
            "E33 of these reports", 79.1, _share(reports, [r for r in reports if r.type == types.E33]), "%", flevoland
        ),
        Figure(
            "E14 of E33 + E14",
            6.3,
            _share([r for r in reports if r.type != types.HOMELESS], [r for r in reports if r.type == types.E14]),
            "%",
            rivm,
        ),
        Figure("repeaters: twice on one day", 25, _share(repeaters, [t for t in repeaters if _same_day(t)]), "%", rivm),
        Figure(
            "repeaters: shortest gap over 90 days",
            25,
            _share(repeaters, [t for t in repeaters if _shortest(t) > 90 * DAY]),
            "%",
            rivm,
        ),
        Figure("reports to Vangnet & Advies", 1500, len(oggz), "", "Almere deze Week 55209"),
        Figure(
            "of which from the police",
            66.7,
            _share(oggz, [e for e in oggz if e.details["melder"] == "politie"]),
            "%",
            "Almere deze Week 55209",
        ),
        *(
            Figure(
                f"E33 in {m.name}",
                100 * m.share,
                _share(
                    [r for r in reports if r.type == types.E33],
                    [r for r in reports if r.type == types.E33 and r.municipality == m.code],
                ),
                "%",
                region,
            )
            for m in MUNICIPALITIES
        ),
    ]


def table(figures: Iterable[Figure]) -> str:
    """Plain text, one figure a line."""
    rows = [f"{'figure':40} {'published':>10} {'simulated':>10}  source"]
    rows += [
        f"{f.name:40} {_number(f.published, f.unit):>10} {_number(f.achieved, f.unit):>10}  {f.source}" for f in figures
    ]
    return "\n".join(rows)


def _number(value: float, unit: str) -> str:
    return f"{value:.1f} %" if unit == "%" else f"{value:,.0f}"


def _live(simulation: Simulation) -> list[Event]:
    """Roots as they stand after corrections, without the retracted ones."""
    person = {(row.source, row.id): row.person for row in simulation.truth()}
    last: dict[tuple[str, str], Record] = {}
    for record in simulation.events():
        key = (SOURCES[record.partner], record.line["corrects"] or record.line["id"])
        if key in person:
            last[key] = record
    return [_event(record, person[key]) for key, record in last.items()]


def _event(record: Record, person: str) -> Event:
    line = record.line
    at = datetime.fromisoformat(line["occurredAt"]).timestamp()
    return Event(line["type"], record.partner, at, line["municipality"], line["details"], person)


def _share(whole: Iterable[object], part: Iterable[object]) -> float:
    """Per cent; 0 of nothing."""
    total = sum(1 for _ in whole)
    return 100 * sum(1 for _ in part) / total if total else 0.0


def _concentration(by_person: Mapping[str, list[float]]) -> float:
    """Indicator I05: the share of traceable reports caused by the 7 % of persons with most."""
    counts = sorted((len(times) for times in by_person.values()), reverse=True)
    return 100 * sum(counts[: ceil(0.07 * len(counts))]) / sum(counts) if counts else 0.0


def _same_day(times: list[float]) -> bool:
    return max(Counter(local_day(at) for at in times).values()) > 1


def _shortest(times: list[float]) -> float:
    return min(later - earlier for earlier, later in pairwise(times))


def _care_intervals(events: Iterable[Event]) -> dict[str, list[tuple[float, float]]]:
    """For each person the times in which care was open, by reading.md, roughly: one `einde` closes its own type only."""
    moments: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for event in events:
        if event.person and event.type in _CARE and event.details["fase"] != "aanmelding":
            moments[event.person, event.type].append((event.at, event.details["fase"] != "einde"))
    intervals: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (person, _), changes in moments.items():
        intervals[person] += _open(sorted(changes))
    return intervals


def _open(changes: list[tuple[float, bool]]) -> Iterable[tuple[float, float]]:
    ends = [at for at, _ in changes[1:]] + [float("inf")]
    return [
        (at, min(end, at + OPEN_AFTER_CONFIRMATION)) for (at, opens), end in zip(changes, ends, strict=True) if opens
    ]


def _covered(intervals: list[tuple[float, float]], at: float) -> bool:
    return any(start <= at < end for start, end in intervals)


def _began_before(intervals: list[tuple[float, float]], at: float) -> bool:
    return any(start <= at for start, _ in intervals)
