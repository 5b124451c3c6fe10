"""One toy service for a test."""

from collections.abc import Iterator

import pytest
from vangnet_local.kafka import Kafka

from tests.integration.conftest import Schema
from tests.integration.runtime.rig import Rig


@pytest.fixture
def rig(kafka: Kafka, schema: Schema) -> Iterator[Rig]:
    """Topics made, nothing running."""
    toy = Rig(kafka, schema)
    toy.prepare()
    yield toy
    toy.end()
