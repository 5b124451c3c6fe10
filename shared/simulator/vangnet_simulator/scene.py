"""One person somewhere, and the partners who register what happens there."""

from dataclasses import dataclass, replace
from math import log
from random import Random

from vangnet_simulator.local_time import DAY, HOUR
from vangnet_simulator.partners import SENDER
from vangnet_simulator.person import Person
from vangnet_simulator.places import Spot, pick_spot
from vangnet_simulator.records import Draft

_MEDIAN_DELAY = {
    "politie": 0.6 * HOUR,
    "ambulance": 0.8 * HOUR,
    "ggz": 3 * HOUR,
    "gemeente": 5 * HOUR,
    "wonen": 6 * HOUR,
    "client": 0.1 * HOUR,
}
_LATE = 0.04  # share that is registered days later
_LATEST = 14 * DAY


@dataclass(frozen=True, slots=True)
class Scene:
    """`person` is None when nobody knows who it is."""

    rng: Random
    person: Person | None
    spot: Spot

    @classmethod
    def at_home(cls, rng: Random, person: Person) -> "Scene":
        return cls(rng, person, Spot(person.address.municipality, person.address.district))

    @classmethod
    def near_home(cls, rng: Random, person: Person) -> "Scene":
        return cls(rng, person, pick_spot(rng, person.address))

    def unknown(self) -> "Scene":
        return replace(self, person=None)

    def draft(self, type_: str, at: int, *, incident: str | None = None, **details: str) -> Draft:
        """An event at `at` (seconds since 1970), registered after it: mostly minutes or hours, sometimes days."""
        return Draft(type_, at, self._registered(SENDER[type_], at), self.spot, self.person, details, incident)

    def _registered(self, partner: str, at: int) -> int:
        delay = self.rng.lognormvariate(log(_MEDIAN_DELAY[partner]), 0.8)
        if self.rng.random() < _LATE:
            delay += DAY + self.rng.expovariate(1 / (2 * DAY))
        return at + 60 + int(min(delay, _LATEST))
