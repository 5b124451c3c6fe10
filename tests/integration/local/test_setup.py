"""deploy/setup.sh on machines that lack something: what a user is told, and that nothing is done before that."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


def machine_without(folder: Path, *commands: str, root: bool = False) -> dict[str, str]:
    """An environment whose commands are this machine's but for some; `id` says whether the user is root."""
    tools = folder / "bin"
    tools.mkdir()
    for place in ("/usr/bin", "/bin"):
        for command in Path(place).iterdir():
            link = tools / command.name
            if command.name not in (*commands, "id") and not link.exists():
                link.symlink_to(command)
    (tools / "id").write_text(f"#!/bin/sh\necho {0 if root else 1000}\n")
    (tools / "id").chmod(0o755)
    return {"PATH": f"{tools}", "HOME": str(folder), "LC_ALL": "C.UTF-8"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What setup.sh looks at before it changes anything."""
    clone = tmp_path / "clone"
    shutil.copytree(REPOSITORY / "deploy" / "kafka", clone / "deploy" / "kafka")
    shutil.copy(REPOSITORY / "deploy" / "setup.sh", clone / "deploy")
    return clone


def set_up(clone: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", clone / "deploy" / "setup.sh", *arguments],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_who_is_not_root_gets_one_command_for_everything_that_is_missing(clone: Path, tmp_path: Path) -> None:
    browsers = ("chromium", "chromium-browser", "google-chrome")
    done = set_up(clone, machine_without(tmp_path, "java", "mvn", *browsers), "tests")
    assert done.returncode == 1 and done.stdout == ""
    command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends"
    assert f"{command} openjdk-17-jre-headless maven chromium" in done.stderr
    assert not (clone / ".tools").exists()


def test_a_python_that_is_too_old_is_named(clone: Path, tmp_path: Path) -> None:
    environment = machine_without(tmp_path, "python3")
    (tmp_path / "bin" / "python3").write_text("#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2\nexit 1\n")
    (tmp_path / "bin" / "python3").chmod(0o755)
    done = set_up(clone, environment)
    assert done.returncode == 1 and "Python 3.11 or newer is needed" in done.stderr and "3.9.2" in done.stderr


def test_a_second_set_up_has_nothing_to_do() -> None:
    done = subprocess.run(
        [REPOSITORY / "deploy" / "setup.sh"], check=False, capture_output=True, text=True, env=dict(os.environ)
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
