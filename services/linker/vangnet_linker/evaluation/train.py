"""`vangnet-linker train`: a table of weights from records whose entity is known. Needs scikit-learn; the running linker does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log
from typing import NamedTuple

from msgspec.structs import replace

from vangnet_linker.domain.linkage.pattern import BSN, CLIENT, COMBINATIONS, Pattern
from vangnet_linker.domain.linkage.weights import NAT, Table
from vangnet_linker.evaluation.playing import candidate_pairs
from vangnet_linker.evaluation.records import RecordSet

WEIGHT_OF_SET = 3000.0  # a larger set counts more, but by its root only
LOOSE = 10.0  # inverse strength of the penalty on weights
OFFSET = 5.0  # lets the intercept of each set move almost freely beside that penalty


class TrainingSet(NamedTuple):
    """Records, how many of them come first as a register, and where they are from."""

    records: RecordSet
    register: int
    name: str


class Counted(NamedTuple):
    """How often each pattern was seen between two people and of one; `odds`: of one person among all pairs, in nats."""

    patterns: Mapping[tuple[Pattern, bool], int]
    odds: float


def train(sets: Sequence[TrainingSet], known: int, *, twins: bool, decides: int) -> Table:
    """Logistic regression on which kinds agree and differ, and which two agree; each set has its own intercept."""
    import numpy
    from sklearn.linear_model import LogisticRegression

    counted = [_counted(one) for one in sets]
    kinds = sorted({kind for one in counted for pattern, _ in one.patterns for kind in _kinds(pattern.agree)})
    columns, labels, weights = [], [], []
    for number, one in enumerate(counted):
        scale = (WEIGHT_OF_SET / sum(one.patterns.values())) ** 0.5
        for (pattern, same), n in sorted(one.patterns.items()):
            columns.append(_features(pattern, kinds) + [OFFSET * (number == place) for place in range(len(sets))])
            labels.append(same)
            weights.append(n * scale)
    model = LogisticRegression(C=LOOSE, max_iter=3000, fit_intercept=False)
    model.fit(numpy.array(columns), labels, sample_weight=weights)
    learned = [round(NAT * float(weight)) for weight in model.coef_[0]]
    sizes = [sum(one.patterns.values()) ** 0.5 for one in counted]
    bases = [OFFSET * learned[place - len(sets)] - NAT * one.odds for place, one in enumerate(counted)]
    base = round(sum(base * size for base, size in zip(bases, sizes, strict=True)) / sum(sizes))
    found = _table(learned, kinds, base, known, [one.name for one in sets])
    return replace(found, twins=twins, decides=decides)


def _table(learned: Sequence[int], kinds: Sequence[int], base: int, known: int, names: list[str]) -> Table:
    n, pairs = len(kinds), [f"{a}+{b}" for a, b in combinations(kinds, 2)]
    return Table(
        base=base,
        agree={str(kind): weight for kind, weight in zip(kinds, learned[:n], strict=True)},
        differ={str(kind): weight for kind, weight in zip(kinds, learned[n : 2 * n], strict=True)},
        together={pair: weight for pair, weight in zip(pairs, learned[2 * n :], strict=False) if weight},
        known=known,
        twins=False,
        decides=950,
        trained_on=names,
    )


def _counted(one: TrainingSet) -> Counted:
    entities, n = one.records.entities, len(one.records.entities)
    seen: Counter[tuple[Pattern, bool]] = Counter()
    for a, b, pattern in candidate_pairs(one.records.profiles, one.register):
        if pattern.agree & COMBINATIONS:
            seen[_without_numbers(pattern), entities[a] == entities[b]] += 1
    pairs = one.register * (n - one.register) if one.register else n * (n - 1) // 2
    true = _true_pairs(entities, one.register)
    return Counted(seen, log(true / (pairs - true)))


def _true_pairs(entities: Sequence[str], register: int) -> int:
    if not register:
        return sum(n * (n - 1) // 2 for n in Counter(entities).values())
    there = Counter(entities[:register])
    return sum(there[entity] for entity in entities[register:])


def _without_numbers(pattern: Pattern) -> Pattern:
    """Certain facts are not learned from."""
    return Pattern(pattern.agree & COMBINATIONS, pattern.differ & COMBINATIONS)


def _features(pattern: Pattern, kinds: Sequence[int]) -> list[float]:
    agree = [float(pattern.agrees(kind)) for kind in kinds]
    return [
        *agree,
        *(float(pattern.differs(kind)) for kind in kinds),
        *(a * b for a, b in combinations(agree, 2)),
    ]


def _kinds(bits: int) -> list[int]:
    return [kind for kind in range(bits.bit_length()) if bits >> kind & 1 and kind not in (BSN, CLIENT)]
