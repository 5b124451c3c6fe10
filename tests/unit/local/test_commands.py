"""What goes wrong outside the program is one message on stderr: no traceback, exit code 1."""

import subprocess
import sys
from pathlib import Path

import pytest
from vangnet_local.endpoints import Ports, State
from vangnet_local.layout import Layout
from vangnet_local.lock import Lock
from vangnet_local.prepare import prepare
from vangnet_local.processes import StartFailed


def vangnet(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as people give it, in a process of its own."""
    command = "from vangnet_local.cli import main; main()"
    return subprocess.run([sys.executable, "-c", command, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("up",), ("up", "--detach")])
def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    done = vangnet(*arguments, "--data-dir", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"vangnet: {tmp_path}/file/data/")
    assert done.stderr.endswith(": Not a directory\n")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_platform_no_policy_is_in_force_and_that_is_said(tmp_path: Path) -> None:
    done = vangnet("policy", "show", "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith(f"vangnet: no policy in {tmp_path}: start a platform with `vangnet up`\n")
    assert "Traceback" not in done.stderr


def test_nobody_owns_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert Lock(tmp_path / "file" / "run").owner() is None


@pytest.mark.parametrize("command", [("wait-idle",), ("clock", "--to", "2026-03-01T00:00:00+01:00")])
def test_what_needs_a_running_platform_says_that_there_is_none(tmp_path: Path, command: tuple[str, ...]) -> None:
    layout = Layout(tmp_path)
    State(Ports.chosen(None), "event", "policy").write(layout, {})
    done = vangnet(*command, "--data-dir", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"vangnet: no platform runs in {tmp_path}: start it with `vangnet up`\n"


def test_a_process_that_nobody_would_start_again_is_not_restarted(tmp_path: Path) -> None:
    done = vangnet("restart", "linker", "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert "nobody would start linker again" in done.stderr


@pytest.mark.parametrize("lost", ["secrets/pepper", "secrets/seal-keys.json", "evaluators/b/shares.json"])
def test_old_data_do_not_get_new_keys(tmp_path: Path, lost: str) -> None:
    layout = Layout(tmp_path)
    prepare(layout, None, None)
    prepare(layout, None, None)  # before there are data what is missing is made
    layout.postgres.mkdir()
    (tmp_path / lost).unlink()
    with pytest.raises(StartFailed, match=f"what they were made with is gone: {tmp_path / lost}. Bring it back"):
        prepare(layout, None, None)
    assert not (tmp_path / lost).exists()
