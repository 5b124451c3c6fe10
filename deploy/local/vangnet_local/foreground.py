"""`vangnet up`: starts the platform, watches it, ends it on Ctrl-C or SIGTERM."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from vangnet_local.endpoints import Clock
from vangnet_local.platform import Platform, Say
from vangnet_local.supervisor import Supervisor

Endpoints = dict[str, object]


class Ended(BaseException):
    """Ctrl-C or SIGTERM. Not an Exception: nothing may swallow it."""


def run(data_dir: Path, policy: Path | None, clock: Clock | None, say: Say, ready: Callable[[Endpoints], None]) -> None:
    """Returns after Ctrl-C or SIGTERM, when everything has ended. `ready` is called once, with the endpoints."""
    end_on_signal()
    try:
        platform = Platform.start(data_dir, policy, clock, say)
    except Ended:
        say("ended before it was ready")
        return
    try:
        ready(platform.endpoints)
        Supervisor(platform.children, platform.launch, say).run(threading.Event())
    except Ended:
        say("ending")
    finally:
        platform.stop()


def end_on_signal() -> None:
    """The first SIGTERM, SIGINT or SIGHUP raises Ended in the main thread; later ones find it ending already."""

    def end(_number: int, _frame: FrameType | None) -> None:
        ignore_signals()
        raise Ended

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)


def ignore_signals() -> None:
    """A second Ctrl-C does not leave processes behind."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
