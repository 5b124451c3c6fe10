"""Precision, recall and what comes of them, for pairs, for clusters (B-cubed) and for decisions; with bootstrap intervals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple

ROUNDS = 200


class Quality(NamedTuple):
    """Between 0 and 1; nothing claimed is precise, nothing to find is found."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """The harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Tally(NamedTuple):
    """Right and claimed of one unit (an entity, a query), and what was to be found of it."""

    right: float
    claimed: float
    true: float


def quality(tallies: Iterable[Tally]) -> Quality:
    """Of all units together."""
    right = claimed = true = 0.0
    for tally in tallies:
        right, claimed, true = right + tally.right, claimed + tally.claimed, true + tally.true
    return Quality(right / claimed if claimed else 1.0, right / true if true else 1.0)


def pairwise(persons: Sequence[int], entities: Sequence[str]) -> list[Tally]:
    """One tally for each entity: pairs that are claimed count half for each of two entities."""
    together = Counter(zip(persons, entities, strict=True))
    claimed, sizes = Counter(persons), Counter(entities)
    right, half = Counter[str](), Counter[str]()
    for (person, entity), n in together.items():
        right[entity] += n * (n - 1) // 2
        half[entity] += n * (claimed[person] - 1)
    return [Tally(right[entity], half[entity] / 2, n * (n - 1) // 2) for entity, n in sizes.items()]


def b_cubed(persons: Sequence[int], entities: Sequence[str]) -> Quality:
    """The mean over records of the share of its person, and of its entity, that is rightly together with it."""
    together = Counter(zip(persons, entities, strict=True))
    claimed, sizes = Counter(persons), Counter(entities)
    n = len(entities) or 1
    precision = sum(k * k / claimed[person] for (person, _), k in together.items()) / n
    return Quality(precision, sum(k * k / sizes[entity] for (_, entity), k in together.items()) / n)


def interval(tallies: Sequence[Tally], rng: Random) -> dict[str, tuple[float, float]]:
    """95 % intervals of precision, recall and F: units are drawn again with replacement."""
    drawn = [quality(rng.choices(tallies, k=len(tallies))) for _ in range(ROUNDS)]
    return {name: _middle([getattr(one, name) for one in drawn]) for name in ("precision", "recall", "f")}


def _middle(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[round(0.025 * (len(ordered) - 1))], ordered[round(0.975 * (len(ordered) - 1))]


class Point(NamedTuple):
    """Precision and recall when everything at or above this posterior is joined."""

    posterior: float
    precision: float
    recall: float


def sweep(claims: Iterable[tuple[float, bool]], true: int) -> list[Point]:
    """`claims`: (posterior, whether it is right). One point for each posterior, the highest first."""
    points: list[Point] = []
    right = claimed = 0
    for chance, is_right in sorted(claims, reverse=True):
        right, claimed = right + is_right, claimed + 1
        point = Point(chance, right / claimed, right / true if true else 1.0)
        if points and points[-1].posterior == chance:
            points.pop()
        points.append(point)
    return points


def recall_at(points: Iterable[Point], precision: float) -> float:
    """The best recall among the points that are at least so precise; 0 when there are none."""
    return max((point.recall for point in points if point.precision >= precision), default=0.0)
