"""From the components of a day to the figures of an indicator: one pure function, `value`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import itemgetter, mul

import msgspec

Parts = Mapping[str, int]
"""Part → count; one part named "" where a component has no parts."""
Components = Mapping[str, Parts]


class Measure(msgspec.Struct, frozen=True):
    """A figure as it was made: `count`, or `count` of `total`, times `per`. What disclosure control needs to judge it."""

    count: int
    total: int | None = None
    per: int = 1

    @property
    def figure(self) -> float | None:
        """None when there is nothing to divide by."""
        if self.total is None:
            return self.count
        return self.count * self.per / self.total if self.total else None


Measures = dict[str, Measure]
SHARES = {"events_anonymous": "anoniem", "events_tentative": "voorlopig", "events_late": "laat"}


def value(indicator: str, components: Components, inhabitants: int | None) -> Measures:
    """The figures of one day, by name. `inhabitants`: of the area on 1 January of that year, None = no rate."""
    return FIGURES[indicator](components, inhabitants)


def components_of(indicator: str) -> tuple[str, ...]:
    """What `value` needs."""
    return COMPONENTS[indicator]


def top_share(persons: Parts) -> tuple[int, int, int]:
    """(events of the k persons with most, all events, persons), k = max(1, ⌈0.07 n⌉), from persons by number of events."""
    (found,) = top_shares({part: [count] for part, count in persons.items()}, 1)
    return found


def top_shares(persons: Mapping[str, Sequence[int]], days: int) -> Iterator[tuple[int, int, int]]:
    """The same of each of so many days."""
    columns = sorted(((int(part), counts) for part, counts in persons.items()), key=itemgetter(0), reverse=True)
    events = [number for number, _ in columns]
    rows = zip(*(counts for _, counts in columns), strict=True) if columns else repeat((), days)
    for row in rows:
        total = sum(row)
        yield _most(events, row, max(1, -(-7 * total // 100))), sum(map(mul, events, row)), total


def concentrations(persons: Mapping[str, Sequence[int]], days: int) -> Iterator[Measures]:
    """I05 of each of so many days."""
    for top, events, number in top_shares(persons, days):
        yield {"concentratie": Measure(top, events, 100), "personen": Measure(number)}


def _most(events: Sequence[int], row: Sequence[int], left: int) -> int:
    """Events of so many persons, those with most first; `row`: persons with that number of events."""
    top = 0
    for number, count in zip(events, row, strict=True):
        if count >= left:
            return top + left * number
        top += count * number
        left -= count
    return top


def _all(parts: Parts) -> int:
    return sum(parts.values())


def _count(name: str, component: str) -> Callable[[Components, int | None], Measures]:
    def figures(components: Components, inhabitants: int | None) -> Measures:
        count = _all(components[component])
        rate = {} if inhabitants is None else {"per1000": Measure(count, inhabitants, 1000)}
        return {name: Measure(count), **rate}

    return figures


def _share(name: str, of: str, total: str, per: int = 100) -> Callable[[Components, int | None], Measures]:
    def figures(components: Components, _: int | None) -> Measures:
        return {name: Measure(_all(components[of]), _all(components[total]), per)}

    return figures


def _persons(components: Components, _: int | None) -> Measures:
    return {"personen": Measure(_all(components["persons"]))}


def _concentration(components: Components, _: int | None) -> Measures:
    (found,) = concentrations({part: [count] for part, count in components["persons_with"].items()}, 1)
    return found


def _care(components: Components, _: int | None) -> Measures:
    counts = {
        "inZorg": components["care"].get("yes", 0),
        "nietInZorg": _all(components["not_in_care"]),
        "onbekend": components["care"].get("unknown", 0),
    }
    return {name: Measure(count, sum(counts.values()), 100) for name, count in counts.items()}


def _several_groups(components: Components, _: int | None) -> Measures:
    several, persons = _all(components["several_groups"]), _all(components["persons_occurred"])
    return {"personen": Measure(several), "aandeel": Measure(several, persons, 100)}


def _sources(components: Components, _: int | None) -> Measures:
    total = _all(components["oggz_reports"])
    return {part: Measure(count, total, 100) for part, count in sorted(components["oggz_reports"].items())}


def _linkage(components: Components, _: int | None) -> Measures:
    events = components["events"]
    found = {}
    for component, name in SHARES.items():
        found[name] = Measure(_all(components[component]), _all(events), 100)
        for partner, total in sorted(events.items()):
            found[f"{name}:{partner}"] = Measure(components[component].get(partner, 0), total, 100)
    return found


FIGURES: Mapping[str, Callable[[Components, int | None], Measures]] = {
    "I01a": _count("meldingen", "reports_e33"),
    "I01b": _count("meldingen", "reports"),
    "I02": _persons,
    "I03": _share("perPersoon", "traceable", "persons", per=1),
    "I04": _share("herhaald", "index_repeated", "index"),
    "I05": _concentration,
    "I06": _share("zelfdeDag", "persons_same_day", "persons_several"),
    "I07": _care,
    "I08": _share("zorgBegonnen", "index_care_began", "index_no_care"),
    "I09": _share("nieuwVoorval", "discharges_occurred", "discharges"),
    "I10": _share("uitgevallen", "first_in_care_dropped_out", "first_in_care"),
    "I11": _several_groups,
    "I12": _share("buitenKantooruren", "reports_outside_office", "reports"),
    "I13": _count("crisismaatregelen", "crisis_measures"),
    "I14": _sources,
    "I17": _linkage,
}

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "I01a": ("reports_e33",),
    "I01b": ("reports",),
    "I02": ("persons",),
    "I03": ("traceable", "persons"),
    "I04": ("index", "index_repeated"),
    "I05": ("persons_with",),
    "I06": ("persons_several", "persons_same_day"),
    "I07": ("care", "not_in_care"),
    "I08": ("index_no_care", "index_care_began"),
    "I09": ("discharges", "discharges_occurred"),
    "I10": ("first_in_care", "first_in_care_dropped_out"),
    "I11": ("persons_occurred", "several_groups"),
    "I12": ("reports", "reports_outside_office"),
    "I13": ("crisis_measures",),
    "I14": ("oggz_reports",),
    "I17": ("events", *SHARES),
}
