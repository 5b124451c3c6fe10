"""Restarts a process that ended by itself: at once the first time, then with growing pauses while it keeps ending."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
HEALTHY_AFTER = 60.0
"""Seconds. A process that ran this long and ends is restarted at once again."""
LOOK_EVERY = 0.2


class Watched(Protocol):
    """What the supervisor must know of a process."""

    def alive(self) -> bool:
        """Whether it runs."""
        ...

    def ending(self) -> str:
        """How it ended, for people."""
        ...

    def end_orphans(self) -> None:
        """Ends what it left behind."""
        ...


@dataclass
class Restarts:
    """When a process that keeps ending may start again. Times in seconds of one monotonic clock."""

    started: float
    failures: int = 0
    not_before: float = 0.0

    def ended(self, now: float) -> None:
        """Notes an end and decides the pause."""
        self.failures = 0 if now - self.started >= HEALTHY_AFTER else self.failures
        self.not_before = now + pause(self.failures)
        self.failures += 1


def pause(failures: int) -> float:
    """Seconds before the next start after that many quick ends: 0, 0.5, 1, 2, … 15."""
    return 0.0 if failures == 0 else float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)))


@dataclass
class Supervisor:
    """Watches `children`; `launch` starts one by name; `say` tells people."""

    children: Mapping[str, Watched]
    launch: Callable[[str], None]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _restarts: dict[str, Restarts] = field(default_factory=dict)
    _down: set[str] = field(default_factory=set)

    def run(self, until: threading.Event) -> None:
        """Looks at all processes until the event is set."""
        while not until.wait(LOOK_EVERY):
            self.look()

    def look(self) -> None:
        """One round."""
        for name, child in list(self.children.items()):
            restarts = self._restarts.setdefault(name, Restarts(self.clock()))
            if child.alive():
                self._down.discard(name)
            elif name not in self._down:
                self._note_end(name, child, restarts)
            if name in self._down and self.clock() >= restarts.not_before:
                self._restart(name, restarts)

    def _note_end(self, name: str, child: Watched, restarts: Restarts) -> None:
        self._down.add(name)
        restarts.ended(self.clock())
        child.end_orphans()
        wait = restarts.not_before - self.clock()
        self.say(f"{name} ended ({child.ending()}): restarting {f'in {wait:.1f} s' if wait > 0 else 'now'}")

    def _restart(self, name: str, restarts: Restarts) -> None:
        self._down.discard(name)
        restarts.started = self.clock()
        try:
            self.launch(name)
        except Exception as failure:
            self._down.add(name)
            restarts.ended(self.clock())
            self.say(f"{name} could not be started: {failure}")
