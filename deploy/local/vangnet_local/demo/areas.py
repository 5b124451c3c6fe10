"""Area counts of the demo: what the oracle says of them, from the partners' own lines, and what the platform exports."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from vangnet_simulator.oracle.area import Entry, Figures, Region
from vangnet_simulator.oracle.linking import Fact, People, Root

from vangnet_local.demo.region import Line

Lines = Mapping[tuple[str, str], tuple[str, Line]]  # (source, id) → (partner, line)


def entries(people: People, held: Mapping[Root, Fact], lines: Lines) -> Iterator[Entry]:
    """Located events that stand. `held`: whatever was ever held: what is destroyed because its person did not come into view
    stays counted for its area, where nobody needs to be known."""
    person_of = {one.root: str(person) for person, facts in people.in_view().items() for one in facts}
    destroyed = {root: one for root, one in held.items() if root in people.gone}
    for root, one in (destroyed | people.live).items():
        if one.municipality is not None:
            received = next(v.received_at for v in people.versions[root] if (v.source, v.id) == root)
            yield _entry(one, lines[one.source, one.id][1], person_of.get(root), received)


def export(rows: Iterator[str]) -> dict[tuple[str, str, int], Figures]:
    """What `vangnet-indicators series` wrote for one day: by indicator, area and window."""
    found: dict[tuple[str, str, int], Figures] = {}
    for row in csv.DictReader(rows):
        series = found.setdefault((row["indicator"], row["area"], int(row["window"])), {})
        series[row["figure"]] = int(row["count"]), int(row["denominator"]) if row["denominator"] else None
    return found


def telling_days(until: date) -> tuple[date, ...]:
    """One within the demo, its last, and one on which what happened matures."""
    return until - timedelta(days=10), until, until + timedelta(days=100)


def differences(day: date, series: Mapping[tuple[str, str, int], Figures], region: Region) -> Iterator[str]:
    """Of one day. Rates and tentative links are left out: the oracle knows no inhabitants, and of a link only whom it joins."""
    for (indicator, area, window), figures in series.items():
        expected = _telling(region.figures(indicator, area, window, day))
        found = _telling(figures)
        for name in sorted(name for name in expected | found if expected.get(name) != found.get(name)):
            yield f"area: {indicator} {area} {window} {day} {name}: {found.get(name)}, not {expected.get(name)}"


def _telling(figures: Figures) -> Figures:
    return {
        name: one for name, one in figures.items() if one[0] and name != "per1000" and not name.startswith("voorlopig")
    }


def _entry(one: Fact, line: Line, person: str | None, received: datetime) -> Entry:
    """`received`: when its root was."""
    return Entry(
        root=one.root,
        partner=one.partner,
        incident=line.get("incident"),
        type=one.type,
        event_class=one.event_class,
        group=one.group,
        occurred_at=one.occurred_at,
        received_at=received,
        municipality=one.municipality or "",
        person=person,
        traceable=bool(one.identity),
        details=dict(line.get("details") or {}),
    )
