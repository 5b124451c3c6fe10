"""Small decisions of the way: waiting, flights, exit codes, stdin, heartbeats."""

from datetime import UTC, datetime

import pytest
from vangnet_partner.answer import Status
from vangnet_partner.doors.door import Outgoing
from vangnet_partner.doors.http import batch_body
from vangnet_partner.exits import exit_code
from vangnet_partner.flight import Entry, Flight
from vangnet_partner.lines.line import MAX_LINE_BYTES, Line, read_line
from vangnet_partner.partner import heartbeat_line
from vangnet_partner.patience import Away, Patience, TryAgain, asked_pause
from vangnet_partner.running.rounds import rfc3339
from vangnet_partner.running.stdin import LineSplitter
from vangnet_partner.state.store import Mark
from vangnet_partner.submission import Outcome
from vangnet_partner.tokens.cache import TokenCache

from tests.unit.partner.lines import changed


class Clock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, lambda: self.now, self.sleep, lambda _low, high: high)


async def attempts(clock: Clock, seconds: float, fail: int, after: float | None = None) -> int:
    made = 0

    async def attempt() -> int:
        nonlocal made
        made += 1
        if made <= fail:
            raise TryAgain("no", after)
        return made

    return await clock.patience(seconds).until("it", attempt)


async def test_pauses_grow_and_the_answer_comes_through() -> None:
    clock = Clock()
    assert await attempts(clock, 60, fail=5) == 6
    assert clock.slept == [0.2, 0.4, 0.8, 1.6, 3.2]


async def test_patience_is_bounded() -> None:
    clock = Clock()
    with pytest.raises(Away, match="it is away: no"):
        await attempts(clock, 3, fail=99)
    assert clock.now <= 3


async def test_a_pause_that_was_asked_for_is_kept_or_it_is_given_up_at_once() -> None:
    clock = Clock()
    assert await attempts(clock, 60, fail=1, after=30.0) == 2
    assert clock.slept[0] >= 30
    with pytest.raises(Away):
        await attempts(Clock(), 60, fail=1, after=86_400.0)


def test_retry_after_is_read_in_seconds() -> None:
    assert (asked_pause("30"), asked_pause(None), asked_pause("Wed, 21 Oct 2026 07:28:00 GMT")) == (30.0, None, None)


@pytest.mark.parametrize(
    ("counts", "left", "mistrusted", "code"),
    [
        ({}, 0, None, 0),
        ({"accepted": 3}, 0, None, 0),
        ({"accepted": 3, "rejected": 1}, 0, None, 65),
        ({"rejected": 1, "spooled": 1}, 1, None, 75),
        ({"unsent": 1}, 0, None, 75),
        ({"accepted": 1}, 4, None, 75),
        ({"spooled": 1}, 1, "another key", 76),
    ],
)
def test_the_gravest_decides_the_exit_code(
    counts: dict[Status, int], left: int, mistrusted: str | None, code: int
) -> None:
    outcome = Outcome(mistrusted=mistrusted, left=left)
    outcome.counts.update(counts)
    assert exit_code(outcome) == code


def entry(number: int, content: bytes) -> Entry:
    line = read_line(changed())
    assert isinstance(line, Line)
    return Entry(number, line, b"", Mark("a", content))


def test_equal_lines_share_one_event() -> None:
    flight = Flight()
    assert flight.take(entry(1, b"x"))
    assert not flight.take(entry(2, b"x"))
    landed = flight.land("a")
    assert landed is not None
    assert landed.numbers == [1, 2]
    assert not flight


def test_an_event_that_may_not_be_named_is_found_by_the_hash_of_its_bytes() -> None:
    flight = Flight()
    flight.take(entry(1, b"x"))
    flight.sent(Outgoing("a", b"abc"))
    assert flight.named("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == "a"
    assert flight.named("other") == "other"
    flight.land("a")
    assert flight.named("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") != "a"


def test_stdin_comes_in_pieces() -> None:
    splitter = LineSplitter()
    got = [splitter.feed(block) for block in (b'{"a"', b':1}\n\n{"b":2}\n{"c"', b":3}", b"")]
    assert [[(line.number, line.raw) for line in lines] for lines in got] == [
        [],
        [(1, b'{"a":1}'), (3, b'{"b":2}')],
        [],
        [(4, b'{"c":3}')],
    ]


def test_a_line_without_end_is_not_collected() -> None:
    splitter = LineSplitter()
    for _ in range(50):
        assert splitter.feed(b"x" * 65_536) == []
    (line,) = splitter.feed(b"\n")
    assert MAX_LINE_BYTES < len(line.raw) < 3 * MAX_LINE_BYTES


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    cache = TokenCache(2)
    cache.put(1, b"a", b"A")
    cache.put(1, b"b", b"B")
    assert cache.get(1, b"a") == b"A"
    cache.put(1, b"c", b"C")
    assert [cache.get(1, text) for text in (b"a", b"b", b"c")] == [b"A", None, b"C"]
    assert cache.get(2, b"a") is None


def test_a_batch_is_the_events_untouched() -> None:
    assert batch_body([Outgoing("a", b'{"x": 1}'), Outgoing("b", b"{}")]) == b'[{"x": 1},{}]'


def test_a_heartbeat_says_one_time_once() -> None:
    time = rfc3339(datetime(2026, 3, 1, 12, 0, 0, 5, UTC))
    assert time == "2026-03-01T12:00:00Z"
    assert heartbeat_line(time)["id"] == f"levensteken-{time}"
