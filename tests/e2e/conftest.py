"""One whole platform for a run: real Kafka, PostgreSQL, evaluators, services, login and mail, on the event clock."""

from collections.abc import Iterator

import pytest
from vangnet_local.platform import Platform

from tests.e2e.town import Town


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The platform with everything that was ever sent to it."""
    platform = Platform.start(tmp_path_factory.mktemp("town"), None, "event", say=lambda line: None)
    town = Town(platform)
    yield town
    platform.stop()
