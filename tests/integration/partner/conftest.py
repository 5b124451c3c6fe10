"""Real evaluators for all tests of the partner; a partner of its own for each test."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from vangnet_local.kafka import Kafka
from vangnet_pseudonym import keys, shares

from tests.integration.partner.stage import Evaluators, Signing, Stage

PARTNERS = [f"partner-{number}" for number in range(60)] + ["politie"]
_numbers = count()

Halves = Sequence[Sequence[shares.Share]]
Started = Callable[[Halves], Evaluators]


@pytest.fixture(scope="session")
def signing() -> Signing:
    """The partners' signing keys."""
    return {partner: keys.new_signing_key() for partner in PARTNERS}


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory, signing: Signing) -> Iterator[Started]:
    """Starts pairs of evaluators; ends them all."""
    pairs: list[Evaluators] = []

    def start(halves: Halves) -> Evaluators:
        pairs.append(Evaluators(tmp_path_factory.mktemp("evaluators"), signing, halves))
        pairs[-1].start()
        return pairs[-1]

    yield start
    for pair in pairs:
        pair.stop()


@pytest.fixture(scope="session")
def evaluators(started: Started) -> Evaluators:
    """The pair whose sum partners pin; each also has its half of epoch 2."""
    return started(list(zip(shares.split(2, "s1"), shares.split(1, "s1"), strict=True)))


@pytest.fixture(scope="session")
def strangers(started: Started) -> Evaluators:
    """A pair with halves of another key."""
    return started([[half] for half in shares.split(1, "s1")])


@pytest.fixture(scope="session")
def refreshed(started: Started, evaluators: Evaluators) -> Evaluators:
    """The pair after a refresh: the old shares and the new."""
    (_, first), (_, second) = evaluators.halves
    delta = shares.random_scalar()
    return started(
        [
            [first, shares.refresh(first, delta, "s2", subtract=False)],
            [second, shares.refresh(second, delta, "s2", subtract=True)],
        ]
    )


@pytest.fixture
def stage(tmp_path: Path, kafka: Kafka, evaluators: Evaluators) -> Stage:
    """A partner that has never sent anything."""
    prepared = Stage(tmp_path, PARTNERS[next(_numbers)], kafka.bootstrap, evaluators)
    prepared.prepare()
    return prepared
