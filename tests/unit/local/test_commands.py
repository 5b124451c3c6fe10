"""What goes wrong outside the program is one message on stderr: no traceback, exit code 1."""

import subprocess
import sys
from pathlib import Path

import pytest
from vangnet_local.lock import Lock


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
