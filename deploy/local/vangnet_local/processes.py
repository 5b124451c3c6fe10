"""Starts a program as a child with log and pid file, waits until it is ready, ends it for certain."""

import http.client
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from vangnet_local.failures import Expected
from vangnet_local.pidfile import MARK, PidFile, describe, identify
from vangnet_local.ports import LOOPBACK

PYTHON = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""Logs as they come; and what was compiled once is kept, or six processes compile everything at every start."""

POLL = 0.03
"""Seconds between two looks at a child that starts or ends."""


class StartFailed(Expected):
    """A program did not become ready. The text names it, says what happened and shows the end of its log."""


@dataclass(frozen=True)
class Program:
    """What to run. `env` is added to the caller's environment without its VANGNET_ settings."""

    name: str
    argv: Sequence[str]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    ready_within: float = 60.0
    grace: float = 15.0


@dataclass(frozen=True)
class Folders:
    """Where pid files and logs go."""

    run: Path
    logs: Path


class Child:
    """One program's process. Leads its own session: Ctrl-C at the terminal does not reach it, its children end with it."""

    def __init__(self, program: Program, folders: Folders) -> None:
        self.program = program
        self.log = folders.logs / f"{program.name}.log"
        self.pid_path = folders.run / f"{program.name}.pid"
        self._mark = str(self.pid_path.resolve().with_suffix(""))
        self._process: subprocess.Popen[bytes] | None = None
        self._pid_file: PidFile | None = None

    @property
    def pid(self) -> int | None:
        """Of the process started last."""
        return self._process.pid if self._process else None

    def alive(self) -> bool:
        """Whether it runs (a stopped one runs too)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts the process and writes the pid file; does not wait until it is ready."""
        for path in (self.log, self.pid_path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                list(self.program.argv),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        identity = identify(self._process.pid)
        if identity is not None:
            self._pid_file = PidFile(identity, self._mark, self.program.stop_signal.value)
            self._pid_file.write(self.pid_path)

    def wait_ready(self) -> None:
        """Returns once it is ready; StartFailed when it ends first or takes longer than `ready_within`."""
        deadline = time.monotonic() + self.program.ready_within
        while not self.program.ready():
            if not self.alive():
                raise StartFailed(f"{self.program.name} ended at start ({self.ending()}).{self._end_of_log()}")
            if time.monotonic() > deadline:
                raise StartFailed(
                    f"{self.program.name} was not ready after {self.program.ready_within:.0f} s.{self._end_of_log()}"
                )
            time.sleep(POLL)

    def run_to_end(self) -> None:
        """Runs a job; StartFailed unless it ends with 0 within `ready_within`."""
        self.start()
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self.program.ready_within)
        if self._process.returncode != 0:
            raise StartFailed(f"{self.program.name} failed ({self.ending()}).{self._end_of_log()}")
        self.pid_path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Asks it to end, waits `grace` seconds, then kills; nothing of it is left afterwards."""
        self.send(self.program.stop_signal)
        self.send(signal.SIGCONT)
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.program.grace)
        self.kill()
        self.pid_path.unlink(missing_ok=True)

    def kill(self) -> None:
        """SIGKILL for the process and for the children that it would leave behind."""
        self.send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        self.end_orphans()

    def end_orphans(self) -> None:
        """Kills what a dead process left running in its session."""
        for pid in self._pid_file.members() if self._pid_file else []:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def send(self, number: signal.Signals) -> None:
        """A signal for the process itself; nothing when it has ended."""
        if self._process is not None and self.alive():
            self._process.send_signal(number)

    def ending(self) -> str:
        """How it ended, for people: `exit code 3`, `SIGKILL`."""
        code = self._process.returncode if self._process else None
        if code is None:
            return "still running"
        return describe(-code) if code < 0 else f"exit code {code}"

    def _environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("VANGNET_")}
        return inherited | PYTHON | dict(self.program.env) | {MARK: self._mark}

    def _end_of_log(self, lines: int = 15) -> str:
        with self.log.open(errors="replace") as log:
            tail = "".join(deque(log, lines)).rstrip()
        return f" The end of {self.log}:\n{tail}"


def end_leftovers(run: Path, grace: float = 10.0) -> list[str]:
    """Ends what an earlier run left behind by its pid files: first asks all, then kills. Returns the names ended."""
    files = {path: found for path in sorted(run.glob("*.pid")) if (found := PidFile.read(path))}
    running = {path: found for path, found in files.items() if found.members()}
    for found in running.values():
        _signal_all([found.identity.pid] if found.alive() else found.members(), found.stop_signal)
    deadline = time.monotonic() + grace
    while any(found.members() for found in running.values()) and time.monotonic() < deadline:
        time.sleep(POLL)
    for found in running.values():
        _signal_all(found.members(), signal.SIGKILL)
    for path in run.glob("*.pid"):
        path.unlink(missing_ok=True)
    return [path.stem for path in running]


def answers_ok(port: int, path: str = "/readyz") -> bool:
    """Whether GET on a loopback port answers 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _signal_all(pids: Sequence[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
