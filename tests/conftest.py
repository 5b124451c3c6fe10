"""For all tests: nothing fails by chance, whatever else the machine does; and which tests run side by side.

Property tests draw the same examples in every run (`repeatable`), without a limit of time for each example. To look for
new counter-examples: `make test ARGS="tests/unit --hypothesis-profile=search"`.
"""

import os
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from vangnet_local.ports import RANGE, port_range
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", settings.get_profile("search"), derandomize=True, database=None)
settings.load_profile("repeatable")

LONGEST_FIRST = ("tests/e2e", *(f"tests/integration/{name}" for name in ("partner", "runtime", "local", "notifier")))
"""Folders whose tests start and stop servers: one after the other would leave a core idle at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Each worker of `-n` chooses from ports of its own."""
    if hasattr(config, "workerinput"):
        number, of = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
        every = port_range()
        share = len(every) // of
        first = every.start + number * share
        os.environ[RANGE] = f"{first}-{first + share - 1}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of `-n` the order in which groups are handed out."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _turn(_group(item.nodeid)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """A group's tests go to one worker, in their order, and share what was started for them."""
    config.option.loadscopereorder = False
    return Groups(config, log)


class Groups(LoadScopeScheduling):
    """What xdist calls a scope is a folder here, where tests share servers, and else a file."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


def _group(nodeid: str) -> str:
    file = PurePosixPath(nodeid.partition("::")[0])
    shares = file.is_relative_to("tests/integration") or file.is_relative_to("tests/e2e")
    return str(file.parent if shares else file)


def _turn(group: str) -> int:
    return LONGEST_FIRST.index(group) if group in LONGEST_FIRST else len(LONGEST_FIRST)
