"""An operator's command that cannot reach its database says so in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "geheim"


@pytest.mark.parametrize(("service", "export"), [("linker", "persons"), ("notifier", "alerts")])
def test_a_database_that_cannot_be_used_is_one_message(tmp_path: Path, service: str, export: str) -> None:
    (tmp_path / "keys.json").write_text("{}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VANGNET_")} | {
        "VANGNET_PROFILE": "local", "VANGNET_DATA_DIR": str(tmp_path), "VANGNET_DATABASE": f"{SECRET}://nowhere",
        "VANGNET_KAFKA": "127.0.0.1:1", "VANGNET_POLICY": str(tmp_path), "VANGNET_PEPPER": "00" * 32,
        "VANGNET_SEAL_KEYS": str(tmp_path / "keys.json"),
    }  # fmt: skip
    command = [sys.executable, "-c", f"from vangnet_{service}.cli import main; main()", export]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"vangnet-{service}: VANGNET_DATABASE is no usable connection string")
    assert len(done.stderr.splitlines()) == 1
    assert SECRET not in done.stderr
