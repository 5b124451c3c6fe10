"""Care around the bad periods of a person: it starts, is confirmed about every five weeks, and ends or breaks off."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vangnet_simulator import partners as types
from vangnet_simulator.local_time import DAY, HOUR, office_moment
from vangnet_simulator.person import CareKind, Person
from vangnet_simulator.records import Draft
from vangnet_simulator.scene import Scene

LONGEST_LEAD = 180 * DAY  # care may have begun so long before the first occurrence of a spell
_LEAD_TO_CARE = 0.3  # someone not in care gets care within two weeks of an occurrence
_DROPOUT = 0.2  # care that does not go on breaks off

_TYPES: dict[CareKind, str] = {
    "ggz": types.AMBULATORY_CARE,
    "outreach": types.OUTREACH_CARE,
    "support": types.SOCIAL_SUPPORT,
    "sheltered": types.SHELTERED_HOUSING,
    "shelter": types.SHELTER,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Care from `start` until `end` (seconds since 1970). A period that follows within weeks continues the one before it."""

    kind: CareKind
    start: int
    end: int


def period_around(rng: Random, person: Person, spell: float) -> Period | None:
    """The care around a spell; None when there is none."""
    if person.course.care is not None:
        start = spell - rng.uniform(20 * DAY, LONGEST_LEAD - 8 * DAY)
        return Period(person.course.care, int(start), int(spell + rng.uniform(-15 * DAY, 100 * DAY)))
    if rng.random() < _LEAD_TO_CARE:
        start = spell + rng.uniform(DAY, 14 * DAY)
        return Period(
            "ggz" if rng.random() < 0.6 else "outreach", int(start), int(start + rng.uniform(30 * DAY, 200 * DAY))
        )
    return None


def continues(period: Period, following: Period | None) -> bool:
    return following is not None and following.kind == period.kind and following.start <= period.end + 35 * DAY


def care_drafts(
    rng: Random, person: Person, period: Period, *, confirmed: int | None, goes_on_until: int | None
) -> Iterator[Draft]:
    """start (unless `confirmed`: care already ran and was last confirmed then), lopend, einde (unless it goes on)."""
    scene, type_ = Scene.at_home(rng, person), _TYPES[period.kind]
    last = confirmed if confirmed is not None else office_moment(rng, period.start)
    if confirmed is None:
        yield from _start(scene, type_, last)
    end = goes_on_until if goes_on_until is not None else period.end
    while (following := office_moment(rng, last + rng.uniform(31 * DAY, 37 * DAY))) < end:
        last = following
        yield scene.draft(type_, last, fase="lopend")
    if goes_on_until is None:
        yield _ending(scene, type_, office_moment(rng, end))


def _start(scene: Scene, type_: str, at: int) -> Iterator[Draft]:
    if type_ == types.SHELTER:
        yield scene.draft(type_, at - scene.rng.randint(HOUR, 3 * DAY), fase="aanmelding")
    yield scene.draft(type_, at, fase="start")


def _ending(scene: Scene, type_: str, at: int) -> Draft:
    dropped = scene.rng.random() < _DROPOUT
    if dropped and type_ == types.AMBULATORY_CARE:
        return scene.draft(types.DROPOUT, at, reden=scene.rng.choice(("eenzijdig-gestopt", "niet-verschenen")))
    reason = "uitval" if dropped else scene.rng.choice(("afgerond", "afgerond", "overdracht"))
    return scene.draft(type_, at, fase="einde", reden=reason)


def admission(rng: Random, person: Person, decided: int) -> Iterator[Draft]:
    """An admission after a crisis assessment: one in three compulsory, discharge within six weeks."""
    scene, compulsory = Scene.at_home(rng, person), rng.random() < 0.33
    admitted = decided + rng.randint(HOUR // 2, 6 * HOUR)
    discharged = office_moment(rng, admitted + rng.uniform(2 * DAY, 42 * DAY))
    yield scene.draft(types.ADMISSION, admitted, soort="verplicht" if compulsory else "vrijwillig")
    yield scene.draft(types.DISCHARGE, discharged, reden=rng.choice(("afgerond", "overdracht", "eigen-verzoek")))
    if rng.random() < 0.5:
        yield scene.draft(types.CRISIS_CARE_ENDED, discharged + HOUR)
    if compulsory:
        yield from _compulsory(scene, admitted, discharged)


def _compulsory(scene: Scene, admitted: int, discharged: int) -> Iterator[Draft]:
    yield scene.draft(types.CRISIS_MEASURE, admitted, fase="start")
    yield scene.draft(types.CRISIS_MEASURE, min(admitted + 3 * DAY, discharged), fase="einde")
    if scene.rng.random() < 0.4:
        yield scene.draft(types.CARE_AUTHORISATION, discharged, fase="start")
        yield scene.draft(types.PSYCHOLANCE_PLANNED, discharged - 2 * HOUR)
