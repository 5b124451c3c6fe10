"""Real child processes: readiness, ends, leftovers of a crashed starter."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from vangnet_local.pidfile import PidFile, identify
from vangnet_local.ports import free_port
from vangnet_local.processes import Child, Folders, Program, StartFailed, answers_ok, end_leftovers

SLEEPER = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)
PARENT = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); print('up', flush=True); time.sleep(60)"


def program(code: str, **changes: object) -> Program:
    return dataclasses.replace(Program("child", [sys.executable, "-c", code], lambda: True), **changes)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "run", tmp_path / "logs")


def wait_for_log(child: Child, word: str) -> None:
    deadline = time.monotonic() + 60
    while word not in child.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_child_has_a_log_and_a_pid_file_and_leaves_neither_process_nor_pid_file(folders: Folders) -> None:
    child = Child(program(SLEEPER), folders)
    child.start()
    child.wait_ready()
    found = PidFile.read(child.pid_path)
    assert found is not None and found.alive() and found.members() == [child.pid]
    child.stop()
    assert not child.alive() and not found.alive() and not child.pid_path.exists()


def test_a_deaf_child_is_killed_after_its_grace(folders: Folders) -> None:
    child = Child(program(STUBBORN, grace=0.2), folders)
    child.start()
    wait_for_log(child, "deaf")
    child.stop()
    assert child.ending() == "SIGKILL"


def test_a_stopped_child_can_still_be_ended(folders: Folders) -> None:
    child = Child(program(SLEEPER), folders)
    child.start()
    child.send(signal.SIGSTOP)
    child.stop()
    assert child.ending() == "SIGTERM"


def test_a_child_that_ends_at_start_is_reported_with_the_end_of_its_log(folders: Folders) -> None:
    child = Child(program("print('no pepper: set VANGNET_PEPPER'); raise SystemExit(3)", ready=lambda: False), folders)
    child.start()
    with pytest.raises(StartFailed, match=r"child ended at start \(exit code 3\)(?s:.*)set VANGNET_PEPPER"):
        child.wait_ready()


def test_a_child_that_never_becomes_ready_is_reported(folders: Folders) -> None:
    child = Child(program(SLEEPER, ready=lambda: False, ready_within=0.2), folders)
    child.start()
    with pytest.raises(StartFailed, match="not ready"):
        child.wait_ready()
    child.stop()


def test_settings_of_the_caller_do_not_reach_the_child(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VANGNET_PEPPER", "of another platform")
    code = "import os; print(sorted(k for k in os.environ if k.startswith('VANGNET_')))"
    child = Child(program(code, env={"VANGNET_KAFKA": "here"}), folders)
    child.start()
    wait_for_log(child, "]")
    child.stop()
    assert child.log.read_text().strip() == "['VANGNET_KAFKA', 'VANGNET_LOCAL_PROCESS']"


def test_what_a_killed_child_started_ends_with_it(folders: Folders) -> None:
    child = Child(program(PARENT), folders)
    child.start()
    wait_for_log(child, "up")
    found = PidFile.read(child.pid_path)
    assert found is not None and len(found.members()) == 2
    child.kill()
    assert found.members() == []


def test_leftovers_of_a_crashed_starter_are_ended_by_pid_file(folders: Folders) -> None:
    starter = f"""
import sys
from pathlib import Path
from vangnet_local.processes import Child, Folders, Program
child = Child(Program("child", [sys.executable, "-c", {PARENT!r}], lambda: True), Folders(Path({str(folders.run)!r}), Path({str(folders.logs)!r})))
child.start()
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", starter], check=False)
    found = PidFile.read(folders.run / "child.pid")
    assert found is not None and found.alive()
    assert end_leftovers(folders.run) == ["child"]
    assert found.members() == [] and list(folders.run.iterdir()) == []


def test_a_pid_that_was_used_again_is_left_alone(folders: Folders) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    identity = identify(stranger.pid)
    assert identity is not None
    folders.run.mkdir()
    old = PidFile(dataclasses.replace(identity, started=identity.started - 1), str(folders.run / "child"), 15)
    old.write(folders.run / "child.pid")
    same_pid_no_mark = PidFile(identity, str(folders.run / "other"), 15)
    same_pid_no_mark.write(folders.run / "other.pid")
    assert end_leftovers(folders.run) == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_damaged_pid_file_does_no_harm(folders: Folders) -> None:
    folders.run.mkdir()
    (folders.run / "child.pid").write_text("{")
    assert end_leftovers(folders.run) == []


def test_readiness_is_asked_over_http() -> None:
    port = free_port()
    assert not answers_ok(port)
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not answers_ok(port, "/") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answers_ok(port, "/") and not answers_ok(port, "/readyz")
    server.kill()
    server.wait()


def test_this_process_is_itself() -> None:
    assert identify(os.getpid()) == identify(os.getpid())
    assert identify(2**22 + 1) is None
