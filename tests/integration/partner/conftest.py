"""Two real evaluators for all tests of the partner; a partner of its own for each test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from vangnet_local.kafka import Kafka

from tests.integration.partner.stage import Evaluators, Stage

PARTNERS = [f"partner-{number}" for number in range(40)]
_numbers = count()


@pytest.fixture(scope="session")
def evaluators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluators]:
    """Both run; a test that stops or changes one puts it back."""
    pair = Evaluators(tmp_path_factory.mktemp("evaluators"), PARTNERS)
    pair.start()
    yield pair
    pair.stop()


@pytest.fixture
def stage(tmp_path: Path, kafka: Kafka, evaluators: Evaluators) -> Stage:
    """A partner that has never sent anything."""
    prepared = Stage(tmp_path, PARTNERS[next(_numbers)], kafka.bootstrap, evaluators)
    prepared.prepare()
    return prepared
