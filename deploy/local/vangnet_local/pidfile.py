"""Which process a pid file means: pid, moment of start and boot together, so that a pid used again is never mistaken.

Linux only (/proc), as the local platform is.
"""

import json
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

MARK = "VANGNET_LOCAL_PROCESS"
"""Environment variable that every process of a platform carries: `<run folder>/<name>`."""

PROC = Path("/proc")


@dataclass(frozen=True)
class Identity:
    """One process for ever: `started` in clock ticks since the boot named by `boot`."""

    pid: int
    started: int
    boot: str


@dataclass(frozen=True)
class PidFile:
    """What a pid file holds. The process leads a session of its own: its children share it."""

    identity: Identity
    mark: str
    stop_signal: int

    def write(self, path: Path) -> None:
        """Replaces the file in one step."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)) + "\n")
        fresh.replace(path)

    @classmethod
    def read(cls, path: Path) -> "PidFile | None":
        """None when there is no file or its content is not ours (a crash while the disk was full)."""
        try:
            raw = json.loads(path.read_text())
            return cls(Identity(**raw["identity"]), str(raw["mark"]), int(raw["stop_signal"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def alive(self) -> bool:
        """Whether the very process of this file still runs."""
        return identify(self.identity.pid) == self.identity

    def members(self) -> list[int]:
        """Pids of the process and of what it left behind in its session; never those of a stranger."""
        current = identify(self.identity.pid)
        if self.identity.boot != boot_id() or (current is not None and current != self.identity):
            return []
        return [pid for pid in _session(self.identity.pid) if _mark_of(pid) == self.mark]


def identify(pid: int) -> Identity | None:
    """The process that has this pid now; None when there is none or it is only waiting to be buried."""
    fields = _stat(pid)
    if fields is None or fields[0] in "ZX":
        return None
    return Identity(pid, int(fields[19]), boot_id())


def boot_id() -> str:
    """Differs after every boot of the machine."""
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()


def describe(number: int) -> str:
    """`SIGKILL` for 9."""
    return signal.Signals(number).name


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/<pid>/stat after the command name: 0 state, 3 session, 19 start time (proc_pid_stat(5))."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _session(session: int) -> list[int]:
    pids = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in pids if (fields := _stat(pid)) and int(fields[3]) == session and fields[0] not in "ZX"]


def _mark_of(pid: int) -> str:
    try:
        environment = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    prefix = MARK.encode() + b"="
    return next((entry[len(prefix) :].decode() for entry in environment if entry.startswith(prefix)), "")
