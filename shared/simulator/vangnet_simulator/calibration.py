"""The figures of a simulated year beside those that were published about Flevoland and the Netherlands."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Literal, TypeVar

from vangnet_simulator import partners as types
from vangnet_simulator.local_time import DAY, in_office_hours, in_weekend, local_day
from vangnet_simulator.places import MUNICIPALITIES, Municipality
from vangnet_simulator.simulation import Simulation
from vangnet_simulator.year import Event, Year

T = TypeVar("T")

FLEVOLAND = "Flevoland 2018 (De Stentor; Skipr)"
RIVM = "Netherlands 2016 (RIVM)"
MELDPUNT = "GGD Flevoland (Almere deze Week)"
MUNICIPAL = "E33 2018 (Omroep Flevoland)"


@dataclass(frozen=True, slots=True)
class Measure:
    """A published figure and how it is taken from a simulated year. `unit`: `%`, or empty for a number."""

    name: str
    published: float
    unit: Literal["%", ""]
    source: str
    take: Callable[[Year], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with what the simulation gave."""

    measure: Measure
    achieved: float


def calibration(simulation: Simulation) -> list[Figure]:
    """The simulation should be of one year with the default population: counts are not scaled."""
    year = Year(simulation)
    return [Figure(measure, measure.take(year)) for measure in MEASURES]


def table(figures: Iterable[Figure]) -> str:
    """Plain text, one figure a line."""
    rows = [f"{'figure':38} {'published':>10} {'simulated':>10}  source"]
    for figure in figures:
        m = figure.measure
        rows.append(f"{m.name:38} {_text(m.published, m):>10} {_text(figure.achieved, m):>10}  {m.source}")
    return "\n".join(rows)


def _text(value: float, measure: Measure) -> str:
    return f"{value:.1f} %" if measure.unit else f"{value:,.0f}"


def _share(whole: Iterable[T], belongs: Callable[[T], bool]) -> float:
    """Per cent; 0 of nothing."""
    items = list(whole)
    return 100 * sum(map(belongs, items)) / len(items) if items else 0.0


def _concentration(year: Year) -> float:
    """Indicator I05: the share of traceable reports caused by the 7 % of persons with most."""
    counts = sorted(map(len, year.times.values()), reverse=True)
    return 100 * sum(counts[: ceil(0.07 * len(counts))]) / sum(counts) if counts else 0.0


def _suicide_attempts(year: Year) -> float:
    return _share([r for r in year.reports if r.type != types.HOMELESS], lambda r: r.type == types.E14)


def _twice_on_one_day(times: Sequence[float]) -> bool:
    return max(Counter(map(local_day, times)).values()) > 1


def _apart(times: Sequence[float]) -> bool:
    return min(later - earlier for earlier, later in pairwise(times)) > 90 * DAY


def _oggz(year: Year) -> list[Event]:
    return [event for event in year.events if event.type == types.OGGZ_REPORT]


def _of_municipality(municipality: Municipality) -> Measure:
    def take(year: Year) -> float:
        return _share([r for r in year.reports if r.type == types.E33], lambda r: r.municipality == municipality.code)

    return Measure(f"E33 in {municipality.name}", 100 * municipality.share, "%", MUNICIPAL, take)


MEASURES: tuple[Measure, ...] = (
    Measure("reports E33 + E14 + homeless nuisance", 2455, "", FLEVOLAND, lambda year: len(year.reports)),
    Measure("persons with such a report", 993, "", FLEVOLAND, lambda year: len(year.times)),
    Measure("reports of the 7 % with most", 36.6, "%", FLEVOLAND, _concentration),
    Measure(
        "outside office hours",
        69,
        "%",
        FLEVOLAND,
        lambda year: _share(year.reports, lambda r: not in_office_hours(r.at)),
    ),
    Measure("in weekends", 33.3, "%", FLEVOLAND, lambda year: _share(year.reports, lambda r: in_weekend(r.at))),
    Measure("without a traceable person", 23.75, "%", RIVM, lambda year: _share(year.reports, lambda r: not r.person)),
    Measure("in care on the day of the report", 75, "%", FLEVOLAND, lambda year: _share(year.traceable, year.in_care)),
    Measure("persons known to care", 78, "%", FLEVOLAND, lambda year: _share(year.times, year.known_to_care)),
    Measure(
        "E33 of these reports", 79.1, "%", FLEVOLAND, lambda year: _share(year.reports, lambda r: r.type == types.E33)
    ),
    Measure("E14 of E33 + E14", 6.25, "%", RIVM, _suicide_attempts),
    Measure("repeaters: twice on one day", 25, "%", RIVM, lambda year: _share(year.repeaters, _twice_on_one_day)),
    Measure("repeaters: shortest gap over 90 days", 25, "%", RIVM, lambda year: _share(year.repeaters, _apart)),
    Measure("reports to Vangnet & Advies", 1500, "", MELDPUNT, lambda year: len(_oggz(year))),
    Measure(
        "of which from the police",
        66.7,
        "%",
        MELDPUNT,
        lambda year: _share(_oggz(year), lambda e: e.details["melder"] == "politie"),
    ),
    *map(_of_municipality, MUNICIPALITIES),
)
