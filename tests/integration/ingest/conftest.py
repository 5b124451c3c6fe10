"""One ingest for each module; a fresh view on its topics for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from vangnet_local.kafka import Kafka

from tests.integration.ingest.rig import Ingest, Partners, connected, running


@pytest.fixture(scope="module")
def ingest(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    """By the wall clock."""
    with running(kafka, tmp_path_factory.mktemp("ingest")) as process:
        yield process


@pytest.fixture
async def partners(kafka: Kafka, ingest: Ingest) -> AsyncIterator[Partners]:
    """All topics, from now on."""
    async with connected(kafka) as connection:
        yield connection
