"""For all tests: nothing fails by chance, whatever else the machine does; and which tests run side by side.

Property tests draw the same examples in every run (`repeatable`), without a limit of time for each example. To look for
new counter-examples: `make test ARGS="tests/unit --hypothesis-profile=search"`.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from vangnet_local.ports import RANGE, port_range

settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", settings.get_profile("search"), derandomize=True, database=None)
settings.load_profile("repeatable")

HERE = Path(__file__).parent
LONGEST_FIRST = ("e2e", "integration/partner", "integration/runtime", "integration/notifier", "integration/local")
"""Folders whose tests start and stop servers: one after the other would leave a core idle at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Each worker of `-n` chooses from ports of its own."""
    if hasattr(config, "workerinput"):
        number, of = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
        every = port_range()
        share = len(every) // of
        first = every.start + number * share
        os.environ[RANGE] = f"{first}-{first + share - 1}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of `-n`: a folder's tests stay together, in their order, and share what was started for them."""
    if hasattr(config, "workerinput"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(_group(item)))
        items.sort(key=lambda item: _turn(_group(item)))


def _group(item: pytest.Item) -> str:
    """Folder for what shares servers; file for what shares nothing."""
    path = item.path.relative_to(HERE)
    shares = path.parts[0] in ("e2e", "integration", "attacks")
    return str(path.parent if shares else path)


def _turn(group: str) -> int:
    return LONGEST_FIRST.index(group) if group in LONGEST_FIRST else len(LONGEST_FIRST)
