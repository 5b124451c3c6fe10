"""`vangnet up`: starts the platform, watches it, ends it on Ctrl-C or SIGTERM."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from vangnet_local.endpoints import Clock
from vangnet_local.platform import Ended, Platform, Say
from vangnet_local.supervisor import Supervisor

Endpoints = dict[str, object]


def run(data_dir: Path, policy: Path | None, clock: Clock | None, say: Say, ready: Callable[[Endpoints], None]) -> None:
    """Returns after Ctrl-C or SIGTERM, when everything has ended. `ready` is called once, with the endpoints."""
    ending = ending_on_signal()
    try:
        platform = Platform.start(data_dir, policy, clock, say, ending)
    except Ended:
        say("ended before it was ready")
        return
    try:
        ready(platform.endpoints)
        Supervisor(platform.children, platform.launch, say).run(ending)
        say("ending")
    finally:
        platform.stop()


def ending_on_signal() -> threading.Event:
    """Set by SIGTERM, SIGINT and SIGHUP. Nothing is interrupted: a process that is just being started stays known."""
    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    return ending
