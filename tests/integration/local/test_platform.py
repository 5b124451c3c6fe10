"""`vangnet` as people run it: the whole platform, from outside."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from vangnet_local.endpoints import Ports, State
from vangnet_local.layout import Layout
from vangnet_local.pidfile import MARK
from vangnet_local.platform import Platform
from vangnet_local.postgres import Postgres
from vangnet_local.prepare import DEFAULT_POLICY
from vangnet_local.processes import answers_ok
from vangnet_local.secrets import database_passwords

VANGNET = Path(sys.executable).parent / "vangnet"
PROCESSES = {
    "kafka",
    "postgres",
    "people",
    "evaluator-a",
    "evaluator-b",
    "ingest",
    "linker",
    "indicators",
    "notifier",
}


def vangnet(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [VANGNET, words[0], "--data-dir", data, *words[1:]]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=180)


def left_of(data: Path) -> list[str]:
    """Processes of this data folder that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(f"{data}/"):
                found.append(process.name())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


PARK = """
INSERT INTO {service}.parked (partition, key, topic, "offset", timestamp_ms, value, headers, reason)
VALUES (0, 'k', 't', 0, 0, 'v', '', 'KeyError')
"""


CONNECTED = (
    "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def as_superuser(data: Path, statement: str) -> str:
    """In the platform's database."""
    layout = Layout(data)
    state = State.read(layout)
    assert state is not None
    return Postgres(layout.postgres, database_passwords(layout), layout.folders, state.ports.postgres).sql(statement)


def another_policy_comes_into_force(data: Path, rules: str) -> None:
    """With another region: pages go by it from then on, and who activates is told what is left to do."""
    folder = data / "second"
    shutil.copytree(DEFAULT_POLICY, folder)
    region, r = folder / "region.yaml", folder / "rules.yaml"
    region.write_text(region.read_text().replace("demo-1", "demo-2").replace(", GM0050]", "]"))
    refused = activate(data, folder)
    assert refused.returncode == 1 and "GM0050 is not in this region" in refused.stderr, refused.stderr
    r.write_text("".join(line for line in r.read_text().splitlines(True) if "    GM0050: {" not in line))
    people = folder / "people.yaml"
    people.write_text(re.sub(r"  GM0050:\n.*\n", "", people.read_text()))
    done = activate(data, folder)
    assert done.returncode == 0 and done.stdout == "policy demo-2 is in force\n", done.stderr
    assert "vangnet-indicators rebuild" in done.stderr
    deadline = time.monotonic() + 60
    while "demo-2" not in (page := httpx.get(rules, headers={"accept": "application/json"}).text):
        assert time.monotonic() < deadline, page
        time.sleep(0.5)
    assert "GM0034" in page and "GM0050" not in page


def activate(data: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    argv = [VANGNET, "policy", "activate", folder, "--data-dir", data]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=180)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("platform")
    yield data
    vangnet(data, "down")


def test_up_status_clock_idle_crash_and_down(data: Path) -> None:
    up = vangnet(data, "up", "--detach", "--json", "--clock", "event")
    assert up.returncode == 0, up.stderr
    endpoints = json.loads(up.stdout)
    status = vangnet(data, "status", "--json")
    told = json.loads(status.stdout)
    assert status.returncode == 0 and told["ready"] and told["endpoints"] == endpoints
    assert {each["name"] for each in told["processes"]} == PROCESSES
    for secret in Layout(data).secrets.iterdir():
        assert secret.read_text().strip() not in up.stdout + status.stdout

    assert set(as_superuser(data, CONNECTED).split()) == {"linker", "indicators", "notifier"}

    moved = vangnet(data, "clock", "--to", "2026-03-01T00:00:00+01:00")
    assert moved.returncode == 0, moved.stderr
    idle = vangnet(data, "wait-idle", "--timeout", "60")
    assert idle.returncode == 0, idle.stderr

    another_policy_comes_into_force(data, endpoints["rules"])
    for service in ("linker", "indicators", "notifier"):
        as_superuser(data, PARK.format(service=service))
        left = vangnet(data, "wait-idle", "--timeout", "1")
        assert left.returncode == 1 and f"vangnet-{service} parked list): 1" in left.stderr
        as_superuser(data, f"DELETE FROM {service}.parked")

    second = vangnet(data, "up", "--detach")
    assert second.returncode == 1 and "runs already" in second.stderr and "Traceback" not in second.stderr
    restarted = vangnet(data, "restart", "indicators")
    assert restarted.returncode == 0, restarted.stderr

    owner = int((Layout(data).folders.run / "owner.lock").read_text())
    os.kill(owner, signal.SIGKILL)
    again = vangnet(data, "up", "--detach", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["inbox"] == endpoints["inbox"]
    assert vangnet(data, "status").returncode == 0

    down = vangnet(data, "down")
    assert down.returncode == 0 and left_of(data) == []
    assert vangnet(data, "status").returncode == 3


def test_in_the_foreground_a_dead_service_comes_back_and_sigterm_ends_everything(data: Path) -> None:
    argv = [VANGNET, "up", "--json", "--data-dir", data]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None and up.stderr is not None
        line = up.stdout.readline()
        assert line, up.stderr.read()
        killed = json.loads(vangnet(data, "status", "--json").stdout)["processes"]
        os.kill(next(each["pid"] for each in killed if each["name"] == "linker"), signal.SIGKILL)
        assert any("linker ended (SIGKILL): restarting now" in said for said in up.stderr)
        up.send_signal(signal.SIGTERM)
        assert up.wait(60) == 0
    assert left_of(data) == []


def test_the_python_interface_kills_pauses_and_starts(data: Path) -> None:
    platform = Platform.start(data)
    try:
        for name in ("linker", "people"):
            platform.kill(name)
            assert not platform.children[name].alive()
            platform.start_service(name)
            assert answers_ok(platform.state.ports.of(name))
        platform.pause("ingest")
        platform.resume("ingest")
        assert answers_ok(platform.state.ports.ingest)
    finally:
        platform.stop()
    assert left_of(data) == []


def test_a_refused_policy_is_told_before_anything_starts(tmp_path: Path) -> None:
    up = vangnet(tmp_path / "data", "up", "--policy", str(tmp_path))
    assert up.returncode == 1 and "region.yaml" in up.stderr and "Traceback" not in up.stderr
    assert left_of(tmp_path / "data") == []


def test_data_of_another_clock_are_not_mixed(tmp_path: Path) -> None:
    State(Ports.chosen(), "event", str(DEFAULT_POLICY)).write(Layout(tmp_path), {})
    up = vangnet(tmp_path, "up", "--clock", "wall")
    assert up.returncode == 1 and "--clock event" in up.stderr


def test_commands_without_a_platform_say_what_to_do(tmp_path: Path) -> None:
    assert "vangnet up" in vangnet(tmp_path, "clock", "--to", "2026-03-01T00:00:00Z").stderr
    assert "vangnet up" in vangnet(tmp_path, "wait-idle").stderr
    assert vangnet(tmp_path, "down").returncode == 0
    assert "vangnet up" in vangnet(tmp_path, "restart", "linker").stderr
