"""Commands about a platform that another process runs: status, down, restart. All by its pid files and its lock."""

import time
from dataclasses import dataclass

import psutil

from vangnet_local.endpoints import EVALUATORS, SERVICES, State
from vangnet_local.failures import Expected
from vangnet_local.kafka import answers
from vangnet_local.layout import Layout
from vangnet_local.lock import Lock
from vangnet_local.pidfile import PidFile
from vangnet_local.ports import is_listening
from vangnet_local.processes import POLL, answers_ok, end_leftovers

END_WITHIN = 60.0
RESTART_WITHIN = 60.0


class NotRunning(Expected):
    """No platform runs in this folder."""


@dataclass(frozen=True)
class ProcessStatus:
    """One process: `state` is ready, starting or ended; `memory` its resident set in MiB, children included."""

    name: str
    state: str
    pid: int | None
    memory: int


def status(layout: Layout) -> list[ProcessStatus]:
    """All processes that belong to the platform, also those that have ended."""
    state = State.read(layout)
    names = [path.stem for path in sorted(layout.folders.run.glob("*.pid"))]
    expected = ["kafka", "postgres", "people", *(f"evaluator-{name}" for name in EVALUATORS), *SERVICES]
    return [_status(layout, name, state) for name in dict.fromkeys([*expected, *names])]


def running(layout: Layout) -> bool:
    """Whether somebody owns the folder's platform."""
    return Lock(layout.folders.run).owner() is not None


def running_state(layout: Layout) -> State:
    """Of the platform that runs there. Raises NotRunning."""
    state = State.read(layout)
    if state is None or not running(layout):
        raise NotRunning(f"no platform runs in {layout.root}: start it with `vangnet up`")
    return state


def down(layout: Layout) -> list[str]:
    """Ends the platform by its owner, or by pid files when the owner crashed. Returns the names that had to be ended so."""
    if not Lock(layout.folders.run).end_owner(END_WITHIN):
        raise NotRunning(f"the platform in {layout.root} did not end within {END_WITHIN:.0f} s; try again")
    return end_leftovers(layout.folders.run)


def restart(layout: Layout, name: str) -> None:
    """Ends one process in an orderly way; its owner starts it again. Ready when it returns."""
    path = layout.folders.run / f"{name}.pid"
    before, state = PidFile.read(path), State.read(layout)
    if not running(layout):
        raise NotRunning(f"no `vangnet up` looks after {layout.root}, so nobody would start {name} again: run it first")
    if before is None or state is None:
        raise NotRunning(f"no {name} runs in {layout.root}: see `vangnet status`")
    if before.alive():
        psutil.Process(before.identity.pid).send_signal(before.stop_signal)
    deadline = time.monotonic() + RESTART_WITHIN
    while time.monotonic() < deadline:
        now = PidFile.read(path)
        if now is not None and now.identity != before.identity and is_ready(name, state):
            return
        time.sleep(POLL)
    raise NotRunning(f"{name} was not ready again after {RESTART_WITHIN:.0f} s: see {layout.folders.logs / name}.log")


def is_ready(name: str, state: State) -> bool:
    """Whether a process of the platform takes work now."""
    if name == "kafka":
        return answers(state.ports.kafka, secured=state.secure)
    if name == "postgres":
        return is_listening(state.ports.postgres)
    return answers_ok(state.ports.of(name))


def _status(layout: Layout, name: str, state: State | None) -> ProcessStatus:
    found = PidFile.read(layout.folders.run / f"{name}.pid")
    if found is None or not found.alive():
        return ProcessStatus(name, "ended", None, 0)
    known = state is not None and (name in ("kafka", "postgres") or hasattr(state.ports, name.replace("-", "_")))
    ready = state is not None and (not known or is_ready(name, state))
    return ProcessStatus(name, "ready" if ready else "starting", found.identity.pid, _memory(found.identity.pid))


def _memory(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) // 2**20
    except psutil.NoSuchProcess:
        return 0
