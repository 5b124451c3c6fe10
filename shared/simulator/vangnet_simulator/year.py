"""A simulated year as the published studies saw theirs: the live events with the true persons."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from vangnet_simulator import partners as types
from vangnet_simulator.local_time import DAY
from vangnet_simulator.records import Record
from vangnet_simulator.simulation import Simulation

Interval = tuple[float, float]  # from, until; seconds since 1970

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
class Event:
    """A live event as corrected; `person` is empty without an identity; `at` in seconds since 1970."""

    type: str
    at: float
    municipality: str
    details: Mapping[str, str]
    person: str


class Year:
    """What the figures are made of."""

    def __init__(self, simulation: Simulation) -> None:
        self.events = _live(simulation)

    @cached_property
    def reports(self) -> list[Event]:
        """The police reports that indicator I01b counts."""
        return [event for event in self.events if event.type in types.REPORTS]

    @cached_property
    def traceable(self) -> list[Event]:
        return [report for report in self.reports if report.person]

    @cached_property
    def times(self) -> dict[str, list[float]]:
        """For each person with a traceable report the sorted times of these."""
        times: dict[str, list[float]] = defaultdict(list)
        for report in sorted(self.traceable, key=lambda event: event.at):
            times[report.person].append(report.at)
        return times

    @cached_property
    def repeaters(self) -> list[list[float]]:
        return [times for times in self.times.values() if len(times) > 1]

    @cached_property
    def care(self) -> dict[str, list[Interval]]:
        """For each person when care was open. Roughly as reading.md: an end closes its own kind of care only."""
        moments: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
        for event in self.events:
            if event.person and event.details.get("fase") in ("start", "lopend", "einde") and event.type in _CARE:
                moments[event.person, event.type].append((event.at, event.details["fase"] != "einde"))
            elif event.person and event.type == types.DROPOUT:
                moments[event.person, types.AMBULATORY_CARE].append((event.at, False))
        intervals: dict[str, list[Interval]] = defaultdict(list)
        for (person, _), changes in moments.items():
            intervals[person] += _open(sorted(changes))
        return intervals

    def in_care(self, report: Event) -> bool:
        return any(start <= report.at < end for start, end in self.care[report.person])

    def known_to_care(self, person: str) -> bool:
        """Care had begun before the first report of the year."""
        return any(start <= self.times[person][0] for start, _ in self.care[person])


def _live(simulation: Simulation) -> list[Event]:
    person: dict[tuple[str, str], str] = {}
    last: dict[tuple[str, str], Record] = {}
    for entry in simulation.entries():
        record, truth = entry.record, entry.truth
        key = (record.partner, record.line["corrects"] or record.line["id"])
        if truth is not None:
            person[key] = truth.person
        if key in person:
            last[key] = record
    return [_event(record, person[key]) for key, record in last.items()]


def _event(record: Record, person: str) -> Event:
    line = record.line
    at = datetime.fromisoformat(line["occurredAt"]).timestamp()
    return Event(line["type"], at, line["municipality"], line["details"], person)


def _open(changes: list[tuple[float, bool]]) -> Iterable[Interval]:
    ends = [at for at, _ in changes[1:]] + [float("inf")]
    return [
        (at, min(end, at + OPEN_AFTER_CONFIRMATION)) for (at, opens), end in zip(changes, ends, strict=True) if opens
    ]
