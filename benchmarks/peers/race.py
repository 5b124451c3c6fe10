"""Every engine does the same: takes up 100,000 people with an event each, is stopped for a moment (SIGSTOP) while as many events
of the same people are put behind them, and goes on. Measured is that second part: hot, nothing starts, the backlog is complete.

vangnet counts persons and areas, refuses repeats, removes what is taken back, keeps it in PostgreSQL. The peers count persons only.
"""

import random
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psutil
from vangnet_contract.topics import PERSON_PARTITIONS, Topic
from vangnet_local.processes import Child, Folders, Program
from vangnet_runtime.kafka import make_topics
from vangnet_runtime.records import Outgoing

from benchmarks import report
from benchmarks.figure import PEERS as STAGE
from benchmarks.figure import Ceiling, Figure, Target
from benchmarks.ground import Ground, cpu_seconds
from benchmarks.indicators import Linker, change_of
from benchmarks.linker import progress
from benchmarks.log import fill, producing
from benchmarks.meter import Stretch, measure, until
from benchmarks.peers.engines import PEERS, Done, Peer, Place

PEOPLE = 100_000
VANGNET = "vangnet"
FACTORS = {"kafka-streams-eos": 1.0, "quixstreams": 2.0, "faust-table": 20.0}
"""How many times as fast indicators should be."""
TAKE_UP_WITHIN = 900.0
MEASURED_AT_MOST = 15.0
"""Seconds: a slow engine's rate is known by then."""
ERROR_LENGTH = 300


class NotMeasured(Exception):
    """A peer ended or did not finish."""


class Course(NamedTuple):
    """The same bytes for every engine: one event a person, then one more a person in another order."""

    first: Sequence[Outgoing]
    then: Sequence[Outgoing]

    @property
    def events(self) -> int:
        """In each half."""
        return len(self.first) // 2

    def part(self, share: float) -> "Course":
        """Of so many of the people. Person and area message of an event stand together."""
        first = self.first[: 2 * round(self.events * share)]
        people = {message.key for message in first[::2]}
        pairs = zip(self.then[::2], self.then[1::2], strict=True)
        return Course(first, [message for pair in pairs if pair[0].key in people for message in pair])


class Engine(NamedTuple):
    """A running engine. `done` counts events from the first."""

    pid: int
    done: Done


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """vangnet, then each peer; what cannot be built, started or finished says why instead of how fast."""
    course = _course(max(1_000, int(PEOPLE * scale)))
    ours = await _found(VANGNET, _vangnet(ground, course))
    found = {peer.name: await _found(peer.name, _peer(ground, course.part(peer.share), peer)) for peer in PEERS}
    ceiling = Ceiling("vangnet", ours.value) if ours.value else None
    limits = [factor * found[name].value for name, factor in FACTORS.items()]
    yield replace(ours, ceiling=ceiling, target=Target(max(limits)))
    for peer in PEERS:
        yield replace(found[peer.name], ceiling=ceiling)


async def _found(name: str, measuring: Awaitable[Stretch]) -> Figure:
    try:
        stretch = await measuring
    except Exception as fault:
        said = " ".join(f"{type(fault).__name__}: {fault}".split())[:ERROR_LENGTH]
        figure = Figure(STAGE, name, 0.0, "events/s", error=said)
    else:
        figure = Figure(STAGE, name, stretch.rate, "events/s", beside={**stretch.beside, "events": stretch.events})
    print(f"  {report.line(figure)}", file=sys.stderr, flush=True)
    return figure


def _course(people: int) -> Course:
    linker, persons = Linker(), [secrets.token_hex(16) for _ in range(people)]
    first = linker.says_both(map(change_of, persons))
    random.Random(1).shuffle(persons)
    return Course(first, linker.says_both(map(change_of, persons)))


async def _vangnet(ground: Ground, course: Course) -> Stretch:
    """The running service."""
    ground.reset()
    await _put(ground, course.first)
    async with progress(ground.dsn(), "indicators") as position:

        async def done() -> int:
            """Two messages an event."""
            return await position() // 2

        with ground.running("indicators"):
            return await _measured(ground, course, Engine(ground.pid("indicators"), done))


async def _peer(ground: Ground, course: Course, peer: Peer) -> Stretch:
    """A process of its own; its topics and its folder are new."""
    with tempfile.TemporaryDirectory(prefix=f"vangnet-{peer.name}-") as folder:
        place = Place(ground.kafka, f"peers.{peer.name}.counts", Path(folder))
        command = peer.command(peer.name, place)
        ground.reset()
        await _put(ground, course.first)
        _make_output(place)
        program = Program(peer.name, command.argv, lambda: True, command.env)
        child = Child(program, Folders(Path(folder) / "run", Path(folder) / "logs"))
        async with peer.progress(place) as done, _running(child):
            return await _measured(ground, course, Engine(child.pid or 0, done))


@asynccontextmanager
async def _running(child: Child) -> AsyncIterator[None]:
    """Until the end of the block; a fault meanwhile also says what the peer wrote last."""
    child.start()
    try:
        yield
    except Exception as fault:
        said = child.log.read_text(errors="replace").strip()[-ERROR_LENGTH:]
        raise NotMeasured(f"{fault}; its log ends: {said}") from fault
    finally:
        child.stop()


async def _measured(ground: Ground, course: Course, engine: Engine) -> Stretch:
    """The first half untimed, the second timed."""
    events = course.events

    async def done() -> int:
        if not psutil.pid_exists(engine.pid) or psutil.Process(engine.pid).status() == psutil.STATUS_ZOMBIE:
            raise ChildProcessError("it ended by itself")
        return await engine.done()

    async def again() -> int:
        return await done() - events

    await until(lambda count: count >= events, done, TAKE_UP_WITHIN)
    _signal(engine.pid, signal.SIGSTOP)
    try:
        await _put(ground, course.then)
    finally:
        _signal(engine.pid, signal.SIGCONT)
    return await measure(events, again, lambda: cpu_seconds(engine.pid), MEASURED_AT_MOST)


async def _put(ground: Ground, messages: Sequence[Outgoing]) -> None:
    async with producing(ground.kafka) as producer:
        await fill(producer, messages)


def _signal(pid: int, number: signal.Signals) -> None:
    """The engine and its children."""
    process = psutil.Process(pid)
    for one in (process, *process.children(recursive=True)):
        one.send_signal(number)


def _make_output(place: Place) -> None:
    output = Topic(
        name=place.output,
        partitions=PERSON_PARTITIONS,
        key="person id",
        retention_ms=3_600_000,
        writers=(),
        readers=(),
    )
    make_topics(place.kafka, [output])
