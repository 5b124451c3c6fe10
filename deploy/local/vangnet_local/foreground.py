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
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run(
    data_dir: Path,
    policy: Path | None,
    clock: Clock | None,
    say: Say,
    ready: Callable[[Endpoints], None],
    *,
    secure: bool | None = None,
) -> None:
    """Returns after Ctrl-C or SIGTERM, when everything has ended. `ready` is called once, with the endpoints."""
    ending = ending_on_signal()
    try:
        platform = Platform.start(data_dir, policy, clock, say, ending, secure=secure)
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

    for number in SIGNALS:
        signal.signal(number, end)
    return ending


def end_on_signal() -> None:
    """The first of these signals raises Ended in the main thread, wherever that is: for a main thread that starts no
    process itself. Later ones find it ending already."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    for number in SIGNALS:
        signal.signal(number, end)
