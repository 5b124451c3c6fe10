"""Faust as host: every way to end has its exit code, and what listens answers."""

import asyncio
import http.client
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from vangnet_local.ports import free_port
from vangnet_runtime import host
from vangnet_runtime.parts import Parts, Timer
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.settings import HostSettings
from vangnet_runtime.web import make_app

from tests.integration.runtime.rig import FRESH


class Settings(HostSettings):
    service = "example"


class Waits:
    """A part that ends as it is told to: `orderly`, `never`, `breaks`, `returns`."""

    def __init__(self, manner: str) -> None:
        self.manner = manner
        self.asked = asyncio.Event()

    async def run(self) -> None:
        if self.manner in {"breaks", "returns"}:
            await asyncio.sleep(0.5)
            if self.manner == "breaks":
                raise RuntimeError("Anna Maria")
            return
        await self.asked.wait()
        await asyncio.sleep(3600 if self.manner == "never" else 0.2)
        sys.stderr.write("ended in order\n")

    def stop(self) -> None:
        self.asked.set()


async def tick() -> None:
    raise RuntimeError("timers may fail")


def run(manner: str, ports: tuple[int, int], log: Path) -> None:
    """In a process of its own."""
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stderr.fileno())
    if manner == "never":
        host.STOP_WITHIN = 0.5

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        if manner == "refuses":
            raise CannotStart("no policy in /etc/vangnet: put one there")
        if manner == "slow":
            sys.stderr.write("opening\n")
            await asyncio.sleep(3600)
        readiness = Readiness("example")
        app = make_app("Example", "1.0.0", service="example", readiness=readiness)
        yield Parts(app, [Waits(manner)], [Timer("tick", 0.1, tick)])
        sys.stderr.write("closed\n")

    http_port, metrics_port = ports
    host.run_service(Settings(http_port=http_port, metrics_port=metrics_port), "1.0.0", build)


def start(manner: str, folder: Path) -> tuple[multiprocessing.Process, tuple[int, int], Path]:
    ports, log = (free_port(), free_port()), folder / "log"
    log.touch()
    process = FRESH.Process(target=run, args=(manner, ports, log))
    process.start()
    return process, ports, log


def until(condition: Callable[[], bool], within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(process: multiprocessing.Process) -> int | None:
    process.join(60)
    return process.exitcode


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_sigterm_ends_every_part_in_order_with_code_0(tmp_path: Path) -> None:
    process, (http_port, metrics_port), log = start("orderly", tmp_path)
    until(lambda: "service-started" in log.read_text())
    assert get(http_port, "/healthz") == (200, '{"status":"alive"}')
    assert json.loads(get(http_port, "/readyz")[1])["ready"]
    status, text = get(metrics_port, "/metrics")
    assert status == 200
    assert 'vangnet_build_info{service="example",version="1.0.0"} 1.0' in text
    until(lambda: "timer-failed" in log.read_text())
    assert "timers may fail" not in log.read_text()
    os.kill(process.pid, signal.SIGTERM)
    assert ended(process) == 0
    assert log.read_text().index("ended in order") < log.read_text().index("closed")


def test_a_part_that_breaks_or_ends_by_itself_ends_the_process_with_code_1(tmp_path: Path) -> None:
    for manner in ("breaks", "returns"):
        process, _, log = start(manner, tmp_path)
        assert ended(process) == 1, log.read_text()
        assert "service-crashed" in log.read_text()
        assert "Anna" not in log.read_text()
        assert "closed" in log.read_text()


def test_a_stop_that_hangs_ends_with_code_70(tmp_path: Path) -> None:
    process, _, log = start("never", tmp_path)
    until(lambda: "service-started" in log.read_text())
    os.kill(process.pid, signal.SIGTERM)
    assert ended(process) == 70
    assert "stop-overdue" in log.read_text()


def test_sigterm_during_a_slow_start_ends_with_code_0(tmp_path: Path) -> None:
    process, _, log = start("slow", tmp_path)
    until(lambda: "opening" in log.read_text())
    os.kill(process.pid, signal.SIGTERM)
    assert ended(process) == 0, log.read_text()


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    process, _, log = start("refuses", tmp_path)
    assert ended(process) == 1
    assert "vangnet-example cannot start: no policy in /etc/vangnet: put one there" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path) -> None:
    first, ports, log = start("orderly", tmp_path)
    until(lambda: "service-started" in log.read_text())
    second_log = tmp_path / "second"
    second_log.touch()
    second = FRESH.Process(target=run, args=("orderly", (ports[0], free_port()), second_log))
    second.start()
    assert ended(second) == 1
    assert "set VANGNET_HTTP_PORT to a free port" in second_log.read_text()
    os.kill(first.pid, signal.SIGTERM)
    assert ended(first) == 0
