"""Area counts by plain loops over all events, from indicators.csv and reading.md. Slow, and obviously so.

Where these leave a choice (the decision on area counts says why): incidents, context events and discharges are those in the
area, whether somebody is in care, begins, is admitted again or drops out is looked up among all of his events.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from vangnet_simulator.oracle.rules import care_types
from vangnet_simulator.oracle.terms import World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
REGION = "regio"
E33 = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
E14 = "nl.oggz-signalen.veiligheid.zelfdoding-poging-dreiging.v1"
HOMELESS = "nl.oggz-signalen.veiligheid.overlast-dakloze.v1"
OGGZ = "nl.oggz-signalen.sociaal-domein.oggz-melding.v1"
CRISIS_MEASURE = "nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1"
ADMISSION = "nl.oggz-signalen.ggz.opname.v1"
DISCHARGE = "nl.oggz-signalen.ggz.ontslag.v1"
DROPOUT = "nl.oggz-signalen.ggz.zorguitval.v1"
AUTHORISATION = "nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1"


@dataclass(frozen=True)
class Entry:
    """A located event that stands. `person`: in view; `traceable`: it came with an identity, in view or not. Times in UTC."""

    root: tuple[str, str]
    partner: str
    incident: str | None
    type: str
    event_class: str
    group: str | None
    occurred_at: datetime
    received_at: datetime
    municipality: str
    person: str | None
    traceable: bool
    tentative: bool = False
    details: dict[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return self.occurred_at.astimezone(AMSTERDAM).date()

    @property
    def report(self) -> tuple[str | None, ...]:
        return ("incident", self.partner, self.incident) if self.incident else ("event", *self.root)


Judge = Callable[[Sequence[Entry], Entry], str]
"""yes, no or unknown: whether the person with these events was in care at that one."""
Figures = dict[str, tuple[int, int | None]]


@dataclass(frozen=True)
class Region:
    """All events that stand, and whose region it is."""

    entries: Sequence[Entry]
    municipalities: Collection[str]
    judge: Judge

    def figures(self, indicator: str, area: str, window: int, day: date) -> Figures:
        """Figure → (count, denominator)."""
        here = [e for e in self.entries if (e.municipality == area if area != REGION else True)]
        return INDICATORS[indicator](self, [e for e in here if e.municipality in self.municipalities], window, day)

    def everything_of(self, person: str | None) -> list[Entry]:
        """All of a person's events, in order."""
        return self._by_person.get(person or "", [])

    @cached_property
    def _by_person(self) -> dict[str, list[Entry]]:
        return persons(self.entries)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By time, then key."""
    return sorted(entries, key=lambda e: (e.occurred_at, e.root))


def in_window(entries: Iterable[Entry], window: int, day: date, matures: int = 0) -> list[Entry]:
    """Those of the `window` days of which the last is `matures` days before `day`."""
    last = day - timedelta(days=matures)
    return [e for e in entries if last - timedelta(days=window - 1) <= e.day <= last]


def reports(entries: Iterable[Entry], types: Collection[str] = (E33, E14, HOMELESS)) -> list[Entry]:
    """I01b's events."""
    return [e for e in entries if e.type in types]


def persons(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Events by person; without a person they are left out."""
    found: dict[str, list[Entry]] = {}
    for entry in in_order(entries):
        if entry.person is not None:
            found.setdefault(entry.person, []).append(entry)
    return found


def follows(entries: Iterable[Entry], after: datetime, days: int) -> bool:
    """Whether one lies in (after, after + days·24 h]."""
    return any(after < e.occurred_at <= after + timedelta(days=days) for e in entries)


def occurrences(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Of one person."""
    found: list[list[Entry]] = []
    for event in in_order(e for e in entries if e.event_class == "incident"):
        six_hours, a_day = timedelta(hours=6), timedelta(hours=24)
        if (
            found
            and event.occurred_at - found[-1][-1].occurred_at <= six_hours
            and event.occurred_at - found[-1][0].occurred_at <= a_day
        ):
            found[-1].append(event)
        else:
            found.append([event])
    return found


def indexes(mine: Sequence[Entry]) -> list[Entry]:
    """Reports of one person before which there was none for 90 days."""
    ordered = in_order(reports(mine))
    return [
        e
        for place, e in enumerate(ordered)
        if not any(e.occurred_at - timedelta(days=90) <= other.occurred_at for other in ordered[:place])
    ]


def _i01(types: Collection[str]) -> Callable[[Region, Sequence[Entry], int, date], Figures]:
    def figures(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
        return {"meldingen": (len({e.report for e in reports(in_window(here, window, day), types)}), None)}

    return figures


def _i02(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    return {"personen": (len(persons(reports(in_window(here, window, day)))), None)}


def _i03(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    found = persons(reports(in_window(here, window, day)))
    return {"perPersoon": (sum(map(len, found.values())), len(found))}


def _i04(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    total = repeated = 0
    for mine in persons(here).values():
        for index in in_window(indexes(mine), window, day, 91):
            total += 1
            repeated += follows(reports(mine), index.occurred_at, 90)
    return {"herhaald": (repeated, total)}


def _i05(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    counts = sorted((len(mine) for mine in persons(reports(in_window(here, window, day))).values()), reverse=True)
    k = max(1, (7 * len(counts) + 99) // 100)
    return {"concentratie": (sum(counts[:k]), sum(counts)), "personen": (len(counts), None)}


def _i06(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    several = [mine for mine in persons(reports(in_window(here, window, day))).values() if len(mine) >= 2]
    same = [mine for mine in several if max(Counter(e.day for e in mine).values()) >= 2]
    return {"zelfdeDag": (len(same), len(several))}


def _i07(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    found = [e for mine in persons(reports(in_window(here, window, day))).values() for e in mine]
    classes = Counter(region.judge(region.everything_of(e.person), e) for e in found)
    names = {"inZorg": "yes", "nietInZorg": "no", "onbekend": "unknown"}
    return {name: (classes[part], len(found)) for name, part in names.items()}


def _i08(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    total = began = 0
    for person, mine in persons(here).items():
        everything = region.everything_of(person)
        for index in in_window(indexes(mine), window, day, 15):
            if region.judge(everything, index) == "no":
                total += 1
                began += follows(filter(begins_care, everything), index.occurred_at, 14)
    return {"zorgBegonnen": (began, total)}


def _i09(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    total = again = 0
    for person, mine in persons(here).items():
        starts = [occurrence[0] for occurrence in occurrences(mine)]
        admissions = [e for e in region.everything_of(person) if e.type == ADMISSION]
        for discharge in in_window((e for e in mine if e.type == DISCHARGE), window, day, 31):
            if not follows(admissions, discharge.occurred_at, 3):
                total += 1
                again += follows(starts, discharge.occurred_at, 30)
    return {"nieuwVoorval": (again, total)}


def _i10(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    total = dropped = 0
    for person, mine in persons(here).items():
        firsts = in_window((occurrence[0] for occurrence in occurrences(mine)), window, day, 61)
        everything = region.everything_of(person)
        if firsts and region.judge(everything, firsts[0]) == "yes":
            total += 1
            dropped += follows(filter(drops_out, everything), firsts[0].occurred_at, 60)
    return {"uitgevallen": (dropped, total)}


def _i11(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    total = several = 0
    for mine in persons(e for e in here if e.day <= day).values():
        recent = [one for one in occurrences(mine) if in_window(one[:1], window, day)]
        context = [e for e in in_window(mine, window, day) if e.event_class == "context"]
        groups = {e.group for one in recent for e in one if e.group} | {e.group for e in context if e.group}
        total += bool(recent)
        several += bool(recent) and len(groups) >= 2
    return {"personen": (several, None), "aandeel": (several, total)}


def _i12(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    found = reports(in_window(here, window, day))
    return {"buitenKantooruren": (len({e.report for e in found if outside(e)}), len({e.report for e in found}))}


def _i13(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    found = [e for e in in_window(here, window, day) if e.type == CRISIS_MEASURE and e.details.get("fase") == "start"]
    return {"crisismaatregelen": (len(found), None)}


def _i14(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    found = [e.details.get("melder", "onbekend") for e in in_window(here, window, day) if e.type == OGGZ]
    return {melder: (count, len(found)) for melder, count in Counter(found).items()}


def _i17(region: Region, here: Sequence[Entry], window: int, day: date) -> Figures:
    found = in_window(here, window, day)
    figures: Figures = {}
    for partner in [None, *sorted({e.partner for e in found})]:
        theirs = [e for e in found if partner in (None, e.partner)]
        suffix = f":{partner}" if partner else ""
        figures[f"anoniem{suffix}"] = (sum(not e.traceable for e in theirs), len(theirs))
        figures[f"voorlopig{suffix}"] = (sum(e.tentative for e in theirs), len(theirs))
        late = [e for e in theirs if e.received_at - e.occurred_at > timedelta(hours=24)]
        figures[f"laat{suffix}"] = (len(late), len(theirs))
    return figures


def outside(entry: Entry) -> bool:
    """Outside Monday to Friday, 08:00 up to 18:00 local time."""
    local = entry.occurred_at.astimezone(AMSTERDAM)
    return not (local.isoweekday() <= 5 and 8 <= local.hour < 18)


def begins_care(entry: Entry) -> bool:
    """An admission, or the start of care or of an authorisation."""
    if entry.type == ADMISSION:
        return True
    return (entry.event_class == "care" or entry.type == AUTHORISATION) and entry.details.get("fase") == "start"


def drops_out(entry: Entry) -> bool:
    """Dropout, or the end of care because of it."""
    ended = entry.event_class == "care" and entry.details.get("fase") == "einde"
    return entry.type == DROPOUT or (ended and entry.details.get("reden") == "uitval")


def care_judge(world: World, delivered: Mapping[str, datetime]) -> Judge:
    """By a policy, and up to when each partner has delivered: what is asked of a day is known once that day was delivered."""
    types = care_types(world)

    def judge(mine: Sequence[Entry], at: Entry) -> str:
        if _open(mine, at, world.care_days):
            return "yes"
        senders = world.senders(types, at.municipality)
        ends = datetime.combine(at.day + timedelta(days=1), time.min, AMSTERDAM)
        if senders is None or any(partner not in delivered or delivered[partner] < ends for partner in senders):
            return "unknown"
        held = all(world.waiting.get(partner, 0) >= world.care_days for partner in senders)
        received = [entry.received_at for entry in mine if entry.event_class in ("incident", "request")]
        followed = bool(received) and at.occurred_at - min(received) >= timedelta(days=world.care_days)
        return "no" if held or followed else "unknown"

    return judge


def _open(mine: Sequence[Entry], at: Entry, care_days: int) -> bool:
    """Whether care was open when that event happened."""
    state, since = "closed", at.occurred_at
    for entry in mine:
        if entry.occurred_at > at.occurred_at:
            break
        fase = entry.details.get("fase")
        if entry.type == ADMISSION:
            state = "admitted"
        elif entry.type in (DISCHARGE, DROPOUT):
            state = "closed"
        elif entry.event_class == "care" or entry.type == AUTHORISATION:
            if fase in ("start", "lopend"):
                state, since = "open", entry.occurred_at
            elif fase == "einde":
                state = "closed"
    fresh = at.occurred_at - since <= timedelta(days=care_days)
    return state == "admitted" or (state == "open" and fresh)


INDICATORS: dict[str, Callable[[Region, Sequence[Entry], int, date], Figures]] = {
    "I01a": _i01((E33,)),
    "I01b": _i01((E33, E14, HOMELESS)),
    "I02": _i02,
    "I03": _i03,
    "I04": _i04,
    "I05": _i05,
    "I06": _i06,
    "I07": _i07,
    "I08": _i08,
    "I09": _i09,
    "I10": _i10,
    "I11": _i11,
    "I12": _i12,
    "I13": _i13,
    "I14": _i14,
    "I17": _i17,
}
