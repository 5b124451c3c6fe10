"""Faust as the host of a service: its app, its life cycle, its timers, its child services. Not its consumer (decision 0001).

Every path out of `run_service` ends the process with an exit code: 0 after SIGTERM or SIGINT, 1 when a part crashed or the
service could not start, 70 when the orderly stop took longer than `STOP_WITHIN`.
"""

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable

import faust
import uvloop
from faust.app.base import BootStrategy
from mode import Service

from vangnet_runtime import metrics
from vangnet_runtime.logging import configure_logging, get_logger
from vangnet_runtime.parts import Build, Parts, Runnable, Timer
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.server import HttpServer
from vangnet_runtime.settings import HostSettings
from vangnet_runtime.web import metrics_app

STOP_WITHIN = 25.0
"""Seconds for an orderly stop; orchestrators kill after 30."""
CRASHED = 1
OVERDUE = 70
GARBAGE_AFTER = 20_000
"""Objects more than before until the collector of cycles looks: a batch makes thousands of them, none in a cycle; at Python's
700 looking cost a tenth of the processor time."""

log = get_logger()


class WithoutKafka(BootStrategy):
    """No consumer, producer, topics or group of Faust's own: its consumer thread never starts."""

    enable_kafka = False


class Host(faust.App):
    """The Faust app of one service."""

    def __init__(self, settings: HostSettings) -> None:
        super().__init__(f"vangnet-{settings.service}", broker="kafka://", web_enabled=False, topic_disable_leader=True)
        self.boot_strategy = WithoutKafka(self)

    async def on_first_start(self) -> None:
        """Faust would make folders for tables; there are none."""

    def run_part(self, part: Runnable) -> None:
        """Starts it with the app and ends it with the app."""

        @self.service
        class Hosted(HostedPart):
            runnable = part

    def run_timer(self, timer: Timer) -> None:
        """Does its work every so many seconds."""
        self.timer(timer.seconds, name=timer.name)(guarded(timer))


class PartEnded(Exception):
    """A part's `run` ended without having been asked to."""


class HostedPart(Service):
    """A part as a service of the app. When it breaks, the app crashes with it."""

    runnable: Runnable

    def __post_init__(self) -> None:
        self._done = asyncio.Event()

    async def on_start(self) -> None:
        """Begins."""
        self.add_future(self._run())

    async def on_stop(self) -> None:
        """Waits for the part's own end; the process has the last word after `STOP_WITHIN`."""
        self.runnable.stop()
        await self._done.wait()

    async def _run(self) -> None:
        try:
            await self.runnable.run()
        finally:
            self._done.set()
        if not self.should_stop:
            raise PartEnded(type(self.runnable).__name__)


def run_service(settings: HostSettings, version: str, build: Build) -> None:
    """Runs a service until SIGTERM or SIGINT, then ends the process. Configures logging."""
    configure_logging(settings.service, settings.instance, settings.log_level)
    metrics.BUILD.labels(settings.service, version).set(1)
    gc.set_threshold(GARBAGE_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(supervise(settings, version, build))
        if code == OVERDUE:  # whatever hangs would hang the end of the loop too
            os._exit(code)
    sys.exit(code)


async def supervise(settings: HostSettings, version: str, build: Build) -> int:
    """Signal handlers come before everything else: a SIGTERM during the start is an orderly stop too."""
    began, asked, started = time.monotonic(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _ask, number, asked)
    work = asyncio.create_task(_serve(settings, version, build, asked, started))
    stop = asyncio.create_task(asked.wait())
    await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not started.is_set():
        work.cancel()
    await asyncio.wait([work], timeout=STOP_WITHIN)
    code = _outcome(settings, work)
    log.info("service-stopped", seconds=round(time.monotonic() - began, 1), code=code)
    return code


async def _serve(
    settings: HostSettings, version: str, build: Build, asked: asyncio.Event, started: asyncio.Event
) -> None:
    async with build() as parts:
        host = _assemble(settings, parts)
        await host.start()
        started.set()
        log.info("service-started", version=version, http=settings.http_port, metrics=settings.metrics_port)
        try:
            await _first(asked.wait, host.wait_until_stopped)
        finally:
            await host.stop()
    if host.crashed:
        raise host.crash_reason or PartEnded("unknown")


def _assemble(settings: HostSettings, parts: Parts) -> Host:
    host = Host(settings)
    host.run_part(HttpServer(metrics_app(), settings.host, settings.metrics_port, "VANGNET_METRICS_PORT"))
    for part in parts.runnables:
        host.run_part(part)
    if parts.app is not None:
        host.run_part(HttpServer(parts.app, settings.host, settings.http_port, "VANGNET_HTTP_PORT"))
    for timer in parts.timers:
        host.run_timer(timer)
    return host


def guarded(timer: Timer) -> Callable[[], Awaitable[None]]:
    """A timer's work that cannot crash the service."""

    async def work() -> None:
        try:
            await timer.work()
        except Exception as fault:
            metrics.FAULTS.labels("timer", timer.name).inc()
            log.error("timer-failed", name=timer.name, fault=fault)

    return work


async def _first(*waits: Callable[[], Awaitable[object]]) -> None:
    tasks = [asyncio.ensure_future(wait()) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _ask(number: signal.Signals, asked: asyncio.Event) -> None:
    log.info("stop-asked", signal=number.name)
    asked.set()


def _outcome(settings: HostSettings, work: "asyncio.Task[None]") -> int:
    if not work.done():
        log.error("stop-overdue", seconds=STOP_WITHIN)
        return OVERDUE
    if work.cancelled() or work.exception() is None:
        return 0
    fault = work.exception()
    if isinstance(fault, CannotStart):
        sys.stderr.write(f"vangnet-{settings.service} cannot start: {fault}\n")
    log.critical("service-crashed", fault=fault)
    return CRASHED
