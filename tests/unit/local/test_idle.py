"""When the platform counts as idle."""

from collections.abc import Iterator

import pytest
from vangnet_local.idle import NotIdle, Progress, wait_idle

BUSY = Progress({"linker input": 3, "linker outbox": 0}, {"t/0": 5})
IDLE = Progress({"linker input": 0, "linker outbox": 0}, {"t/0": 5})
MOVED = Progress({"linker input": 0, "linker outbox": 0}, {"t/0": 6})


def looks(*seen: Progress) -> Iterator[Progress]:
    yield from seen
    while True:
        yield seen[-1]


def test_idle_needs_two_equal_looks() -> None:
    seen = looks(BUSY, IDLE, MOVED, BUSY, MOVED, MOVED)
    used = []
    assert wait_idle(lambda: used.append(1) or next(seen), 10) == MOVED
    assert len(used) == 6


def test_what_waits_is_named_after_the_timeout() -> None:
    with pytest.raises(NotIdle, match=r"linker input: 3$"):
        wait_idle(lambda: BUSY, 0.3)
