"""One bad night or day of a person: who comes, and what each of them reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vangnet_simulator import partners as types
from vangnet_simulator.local_time import DAY, HOUR, office_moment
from vangnet_simulator.person import Person
from vangnet_simulator.records import Draft
from vangnet_simulator.scene import Scene

ANONYMOUS = 0.25  # police reports without a traceable person (RIVM: 61,000 of 80,000 traceable)
_POLICE = 0.94  # occurrences that the police know of
_SECOND_REPORT = 0.05  # the police are called again in the same night
_CARE_NOTIFICATION = 0.18
_FORWARDED = 0.57  # traceable police reports that the police bring to the meldpunt
_REFERENCE = "abcdefghijklmnop"
_REPORTERS = ("ggz", "huisarts", "corporatie", "naaste", "zelf", "anders")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`admitted`: when the crisis service decided on an admission (seconds since 1970), or None."""

    drafts: tuple[Draft, ...]
    admitted: int | None


def occurrence(rng: Random, person: Person, at: int) -> Occurrence:
    """All that partners report about one person in some hours from `at`."""
    scene = Scene.near_home(rng, person)
    if rng.random() >= _POLICE:
        return Occurrence((_without_police(scene, at),), None)
    kind = _kind(rng, person)
    drafts = [*_police(scene, at, kind), *_ambulance(scene, at, kind), *_assessment(scene, at, kind)]
    admissions = [draft.occurred for draft in drafts if draft.details.get("uitkomst") == "opname"]
    return Occurrence(tuple(drafts), admissions[0] if admissions else None)


def _kind(rng: Random, person: Person) -> str:
    e14, homeless = (0.45 if person.course.suicidal else 0.04), (0.65 if person.course.homeless else 0.115)
    if rng.random() < e14:
        return types.E14
    return types.HOMELESS if rng.random() < homeless else types.E33


def _police(scene: Scene, at: int, kind: str) -> Iterator[Draft]:
    report = _report(scene, at, kind)
    yield report
    if scene.rng.random() < _SECOND_REPORT:
        yield _report(scene, at + scene.rng.randint(HOUR // 2, 5 * HOUR), types.E33)
    if report.subject is None:
        return
    if scene.rng.random() < _CARE_NOTIFICATION:
        yield scene.draft(types.CARE_NOTIFICATION, at, incident=report.incident)
    if scene.rng.random() < _FORWARDED:
        yield _forwarded(scene, at)


def _report(scene: Scene, at: int, kind: str) -> Draft:
    known = scene.unknown() if scene.rng.random() < ANONYMOUS else scene
    return known.draft(kind, at, incident="".join(scene.rng.choices(_REFERENCE, k=12)))


def _forwarded(scene: Scene, at: int) -> Draft:
    """The meldpunt's own record of a police report: it happened then, it was registered on the next working day."""
    draft = scene.draft(types.OGGZ_REPORT, at, melder="politie")
    draft.registered = office_moment(scene.rng, at)
    return draft


def _ambulance(scene: Scene, at: int, kind: str) -> Iterator[Draft]:
    rng, arrived = scene.rng, at + scene.rng.randint(600, 2 * HOUR)
    if rng.random() < (0.5 if kind == types.E14 else 0.1):
        yield (scene.unknown() if rng.random() < 0.1 else scene).draft(types.AMBULANCE, arrived)
    elif rng.random() < 0.03:
        yield scene.draft(types.PSYCHOLANCE_EMERGENCY, arrived)


def _assessment(scene: Scene, at: int, kind: str) -> Iterator[Draft]:
    if scene.rng.random() < (0.45 if kind == types.E14 else 0.11):
        outcome = scene.rng.choices(("geen-vervolg", "ambulant", "opname", "onbekend"), weights=(35, 35, 25, 5))[0]
        yield scene.draft(types.CRISIS_ASSESSMENT, at + scene.rng.randint(HOUR, 5 * HOUR), uitkomst=outcome)


def _without_police(scene: Scene, at: int) -> Draft:
    """Family, a doctor or a housing corporation turns to the meldpunt, in office hours."""
    return scene.draft(types.OGGZ_REPORT, office_moment(scene.rng, at - DAY), melder=scene.rng.choice(_REPORTERS))
