"""One owner at a time for a data folder: whoever holds the lock started the processes and ends them."""

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from vangnet_local.failures import Expected
from vangnet_local.processes import POLL


class Owned(Expected):
    """Another process runs the platform of this folder."""


class Lock:
    """`run/owner.lock`: locked while the owner lives, however it ends; holds the owner's pid."""

    def __init__(self, run: Path) -> None:
        self._path = run / "owner.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises Owned when somebody has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Owned(f"the platform in {self._path.parents[1]} runs already (process {self.owner()})") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Somebody else may have it now."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def owner(self) -> int | None:
        """Pid of the living owner."""
        try:
            with self._path.open() as file:
                if _free(file):
                    return None
                return int(file.read() or 0) or None
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None

    def end_owner(self, within: float) -> bool:
        """Asks the owner to end everything and waits. False when it still runs after `within` seconds."""
        deadline = time.monotonic() + within
        owner = self.owner()
        if owner is not None:
            with suppress(ProcessLookupError):
                os.kill(owner, signal.SIGTERM)
        while self.owner() is not None and time.monotonic() < deadline:
            time.sleep(POLL)
        return self.owner() is None


def _free(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True
