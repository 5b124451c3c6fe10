"""What else may happen around a bad period: the home at risk, an enquiry under the Wvggz, the person asks for help."""

from collections.abc import Iterator
from random import Random

from vangnet_simulator import partners as types
from vangnet_simulator.local_time import DAY, office_moment
from vangnet_simulator.person import Person
from vangnet_simulator.records import Draft
from vangnet_simulator.scene import Scene

_EVICTION, _ENQUIRY, _OWN_REQUEST, _CRISIS_CARD, _OGGZ_REPORT = (
    0.03,
    0.025,
    0.025,
    0.02,
    0.19,
)  # chance for each bad period
_REPORTERS = ("ggz", "huisarts", "corporatie", "naaste", "zelf", "anders")


def surroundings(rng: Random, person: Person, around: float) -> Iterator[Draft]:
    """Events of wonen, gemeente and client at or after `around` (seconds since 1970)."""
    scene = Scene.at_home(rng, person)
    if rng.random() < _OGGZ_REPORT:
        noticed = office_moment(rng, around + rng.uniform(0, 60 * DAY))
        yield scene.draft(types.OGGZ_REPORT, noticed, melder=rng.choice(_REPORTERS))
    if rng.random() < _EVICTION and not person.course.homeless:
        yield from _eviction(scene, office_moment(rng, around + rng.uniform(0, 40 * DAY)))
    if rng.random() < _ENQUIRY:
        yield from _enquiry(scene, office_moment(rng, around))
    if rng.random() < _OWN_REQUEST:
        on_behalf = rng.choices(("zelf", "naaste", "vertegenwoordiger"), weights=(6, 3, 1))[0]
        yield scene.draft(types.OWN_REQUEST, int(around + rng.uniform(DAY, 10 * DAY)), namens=on_behalf)
    if rng.random() < _CRISIS_CARD:
        yield scene.draft(types.CRISIS_CARD, office_moment(rng, around + rng.uniform(0, 30 * DAY)), fase="geldig")


def _eviction(scene: Scene, announced: int) -> Iterator[Draft]:
    yield scene.draft(types.EVICTION, announced, fase="aangekondigd")
    ended = office_moment(scene.rng, announced + scene.rng.uniform(14 * DAY, 60 * DAY))
    yield scene.draft(types.EVICTION, ended, fase="ontruimd" if scene.rng.random() < 0.3 else "afgewend")


def _enquiry(scene: Scene, reported: int) -> Iterator[Draft]:
    yield scene.draft(types.ENQUIRY_REPORTED, reported)
    yield scene.draft(types.ENQUIRY_CLOSED, office_moment(scene.rng, reported + 13 * DAY))
