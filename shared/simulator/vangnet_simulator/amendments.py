"""Corrections and retractions: a small share of what partners register turns out to be wrong."""

from collections.abc import Sequence
from random import Random

from vangnet_simulator.local_time import DAY, HOUR
from vangnet_simulator.person import Person
from vangnet_simulator.records import Draft

_CORRECTED, _RETRACTED = 0.012, 0.008
_OTHER_PERSON = 0.12  # of corrections: it was someone else
_REASONS = ("onjuist", "dubbel", "verkeerde-persoon", "anders")


def amend(rng: Random, root: Draft, people: Sequence[Person]) -> Draft | None:
    """The correction or retraction that will follow, also set as `root.amendment`; mostly None."""
    drawn = rng.random()
    if drawn < _RETRACTED:
        root.amendment = _retraction(rng, root)
    elif drawn < _RETRACTED + _CORRECTED:
        root.amendment = _correction(rng, root, people)
    return root.amendment


def _retraction(rng: Random, root: Draft) -> Draft:
    later = root.registered + int(rng.uniform(HOUR, 20 * DAY))
    return Draft(root.type, root.occurred, later, root.spot, retracts=root, reason=rng.choice(_REASONS))


def _correction(rng: Random, root: Draft, people: Sequence[Person]) -> Draft:
    """Someone else, a better identity, or another time of the event; the place, details and incident stay."""
    later = root.registered + int(rng.uniform(HOUR, 20 * DAY))
    subject, occurred = root.subject, root.occurred
    if subject is not None and rng.random() < _OTHER_PERSON:
        subject = people[subject.index - 1] if subject.index else people[-1]
    elif subject is None or rng.random() < 0.4:
        occurred -= rng.randint(300, 3 * HOUR)
    return Draft(
        root.type, occurred, later, root.spot, subject, root.details, root.incident, corrects=root, careful=True
    )
