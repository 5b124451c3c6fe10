"""All drafts of a region in the order in which they are registered, with bounded memory: one next bad period for each person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count
from random import Random

from vangnet_simulator.amendments import amend
from vangnet_simulator.care import LONGEST_LEAD, Period, admission, care_drafts, continues, period_around
from vangnet_simulator.incidents import occurrence
from vangnet_simulator.local_time import DAY, HOUR, report_moment
from vangnet_simulator.person import Person
from vangnet_simulator.records import Draft
from vangnet_simulator.surroundings import surroundings

YEAR = 365.25 * DAY
BURN_IN = 150 * DAY  # before the first day, so that it begins in the middle of lives
_SAME_DAY, _DAYS_UNTIL_NEXT = 0.16, 9.0


@dataclass(slots=True)
class _State:
    """Where a person stands: the next bad period, the care around it, and when running care was last confirmed."""

    person: Person
    spell: float
    care: Period | None
    confirmed: int | None = None


class Timeline:
    """Iterate once. `start` and `end` are seconds since 1970; drafts registered outside [start, end) are left out."""

    def __init__(self, rng: Random, people: Sequence[Person], start: int, end: int) -> None:
        self._rng, self._people, self._start, self._end = rng, people, start, end
        self._pending: list[tuple[int, int, Draft]] = []
        self._order = count()

    def __iter__(self) -> Iterator[Draft]:
        spells = [self._first_spell(person) for person in self._people]
        heapify(spells)
        while spells[0][0] - LONGEST_LEAD < self._end:
            spell, index, state = spells[0]
            yield from self._registered_before(spell - LONGEST_LEAD)
            self._live_through(state)
            heapreplace(spells, (state.spell, index, state))
        yield from self._registered_before(self._end)

    def _first_spell(self, person: Person) -> tuple[float, int, _State]:
        spell = self._after(person, self._start - BURN_IN)
        return spell, person.index, _State(person, spell, period_around(self._rng, person, spell))

    def _after(self, person: Person, moment: float) -> float:
        return moment + self._rng.expovariate(person.course.spells_per_year) * YEAR

    def _live_through(self, state: _State) -> None:
        """Everything around the spell that is due; `state` then tells of the next one."""
        rng, person, spell, care = self._rng, state.person, state.spell, state.care
        if person.course.reported:
            for at in _occurrences(rng, person, spell):
                self._happen(person, at)
            self._add(surroundings(rng, person, spell))
        state.spell = self._after(person, spell)
        state.care = period_around(rng, person, state.spell)
        if care is not None:
            state.confirmed = self._care_for(state, care)

    def _happen(self, person: Person, at: int) -> None:
        night = occurrence(self._rng, person, at)
        self._add(night.drafts)
        if night.admitted is not None:
            self._add(admission(self._rng, person, night.admitted))

    def _care_for(self, state: _State, care: Period) -> int | None:
        """When running care was last confirmed; None when it ended."""
        until = state.care.start if state.care is not None and continues(care, state.care) else None
        drafts = list(care_drafts(self._rng, state.person, care, confirmed=state.confirmed, goes_on_until=until))
        self._add(drafts)
        return (
            max([draft.occurred for draft in drafts] or [state.confirmed or care.start]) if until is not None else None
        )

    def _add(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            amendment = amend(self._rng, draft, self._people)
            if self._push(draft) and amendment is not None:
                self._push(amendment)

    def _push(self, draft: Draft) -> bool:
        """Whether it is registered within the simulated days."""
        within = self._start <= draft.registered < self._end
        if within:
            heappush(self._pending, (draft.registered, next(self._order), draft))
        return within

    def _registered_before(self, moment: float) -> Iterator[Draft]:
        while self._pending and self._pending[0][0] < moment:
            yield heappop(self._pending)[2]


def _occurrences(rng: Random, person: Person, spell: float) -> Iterator[int]:
    """The bad nights of one spell: the first, then others while it lasts; some on the same day."""
    at = report_moment(rng, spell)
    yield at
    while rng.random() < person.course.persistence:
        if rng.random() < _SAME_DAY:
            at += int(rng.uniform(HOUR, 14 * HOUR))
        else:
            at = report_moment(rng, at + DAY + rng.expovariate(1 / _DAYS_UNTIL_NEXT) * DAY)
        yield at
