"""`vangnet up --detach`: leaves the platform to a process of its own."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

from vangnet_local.endpoints import Clock
from vangnet_local.layout import Layout
from vangnet_local.processes import StartFailed


def detach(
    data_dir: Path, policy: Path | None, clock: Clock | None, *, secure: bool | None = None
) -> dict[str, object]:
    """Starts `vangnet up` as a process of its own, in a session of its own, with none of our open files."""
    log = Layout(data_dir).folders.logs / "vangnet.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    argv = [sys.argv[0], "up", "--json", "--data-dir", str(data_dir)]
    argv += [*(["--policy", str(policy)] if policy else []), *(["--clock", clock] if clock else [])]
    argv += [] if secure is None else ["--secure" if secure else "--open"]
    before = log.stat().st_size if log.exists() else 0
    interrupted = threading.Event()
    before_us = signal.signal(signal.SIGINT, lambda *_: interrupted.set())  # held back until there is somebody to tell
    with log.open("ab") as errors:
        owner = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
    assert owner.stdout is not None
    try:
        signal.signal(signal.SIGINT, before_us)
        if interrupted.is_set():
            raise KeyboardInterrupt
        line = owner.stdout.readline()
    except BaseException:  # Ctrl-C before it is ready: what was begun for nobody ends too
        owner.terminate()
        owner.wait()
        raise
    if not line:
        said = log.read_bytes()[before:].decode(errors="replace").strip().removeprefix("vangnet: ")
        raise StartFailed(said or f"the platform ended at start: see {log}")
    owner.stdout.close()
    return dict(json.loads(line))
