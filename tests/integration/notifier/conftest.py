"""One region for all tests of the notifier; each uses persons of its own."""

from collections.abc import Iterator

import pytest
from vangnet_local.kafka import Kafka
from vangnet_local.postgres import Postgres

from tests.integration.notifier.region import Region


@pytest.fixture(scope="package")
def region(kafka: Kafka, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    made = Region(kafka, postgres, tmp_path_factory.mktemp("region"))
    made.start()
    yield made
    made.stop()
