"""A region for the tests of indicators."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from vangnet_local.kafka import Kafka
from vangnet_local.postgres import Postgres

from tests.integration.indicators.region import Region


@pytest.fixture(scope="package")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    broker = Kafka(tmp_path_factory.mktemp("kafka"))
    program = broker.child.program
    broker.child.program = replace(program, argv=[*program.argv, "--override", "group.min.session.timeout.ms=1000"])
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture(scope="package")
def region(own_kafka: Kafka, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Region:
    made = Region(own_kafka, postgres, tmp_path_factory.mktemp("indicators"))
    made.prepare()
    return made
