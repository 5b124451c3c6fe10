"""`docker compose --profile demo up --build --wait`, then used as its users would: an event, an alert, a mail, a plug pulled."""

import csv
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
PARTNER = Path(sys.executable).parent / "vangnet-partner"
COMPOSE = ["docker", "compose", "--project-name", "vangnet-test", "--profile", "demo"]
INBOX, PEOPLE, PROMETHEUS = "http://127.0.0.1:18004", "http://127.0.0.1:18090", "http://127.0.0.1:18080"
POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
PERSON = {"givenNames": "Anna Maria", "prefix": "van der", "surname": "Berg", "birthDate": "1980-05-17",
          "postcode": "1315AB", "houseNumber": 12}  # fmt: skip
REFUSES_AT_ONCE = {"kafka", "ingest"}
"""Without them a partner's client cannot even begin; while others are away it waits for the final answer."""


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def compose(*words: str) -> str:
    return docker(*COMPOSE[1:], *words)


def until(holds: Callable[[], bool], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)


class Partner:
    """The police, on the host: its settings and keys as the demo made them."""

    def __init__(self, folder: Path) -> None:
        compose("cp", "keys:/volumes/platform/partners", str(folder))
        self._folder = folder / "politie"
        self.sent = 0

    def submit(self, count: int) -> None:
        """Reports about one person of the last days; each is answered."""
        self.answered(self.sending(count), count)

    def sending(self, count: int) -> subprocess.Popen[str]:
        """The same, still waiting for the answers."""
        now = datetime.now(UTC).replace(microsecond=0)
        lines = []
        for _ in range(count):
            self.sent += 1
            at = (now - timedelta(hours=13 * self.sent)).isoformat()
            name = f"test-{self.sent}"
            line = {"id": name, "type": POLICE, "occurredAt": at, "registeredAt": at, "municipality": "GM0034"}
            lines.append(json.dumps(line | {"incident": name, "person": PERSON}))
        file = self._folder / f"lines-{self.sent}.jsonl"
        file.write_text("\n".join(lines))
        argv = [PARTNER, "submit", file]
        return subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self._folder, start_new_session=True
        )

    def answered(self, process: subprocess.Popen[str], count: int) -> None:
        said, problems = process.communicate(timeout=120)
        assert process.returncode == 0 and said.count('"status":"accepted"') == count, said + problems


def counted() -> int:
    """Events of a year of the one person."""
    rows = compose("exec", "-T", "indicators", "vangnet-indicators", "counts", "--as-of",
                   datetime.now(UTC).isoformat(), "--format", "csv")  # fmt: skip
    return max((int(row["events"]) for row in csv.DictReader(rows.splitlines())), default=0)


@pytest.fixture(scope="module", autouse=True)
def region() -> Iterator[None]:
    """From the images that the working copy makes; its volumes go with it."""
    try:
        compose("build")
        compose("up", "--wait", "--wait-timeout", "180")
        yield
    finally:
        compose("down", "--volumes", "--timeout", "20")


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Partner:
    return Partner(tmp_path_factory.mktemp("partners") / "partners")


def test_no_container_may_do_more_than_it_needs() -> None:
    names = compose("ps", "--format", "{{.Name}}").split()
    assert len(names) == 11, names
    for name in names:
        assert docker("exec", name, "id", "-u").strip() != "0", name
        host = json.loads(docker("inspect", name))[0]["HostConfig"]
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and host["Memory"], name
        used = docker("stats", "--no-stream", "--format", "{{.MemPerc}}", name)
        assert float(used.strip().rstrip("%")) < 80, (name, used)


def test_prometheus_sees_every_target_and_every_rule() -> None:
    def targets() -> list[str]:
        found = httpx.get(f"{PROMETHEUS}/api/v1/targets").json()["data"]["activeTargets"]
        return [one["health"] for one in found]

    until(lambda: targets() == ["up"] * 6, "all targets up")
    groups = httpx.get(f"{PROMETHEUS}/api/v1/rules").json()["data"]["groups"]
    assert sum(len(group["rules"]) for group in groups) >= 20
    until(
        lambda: (
            {
                rule["health"]
                for group in httpx.get(f"{PROMETHEUS}/api/v1/rules").json()["data"]["groups"]
                for rule in group["rules"]
            }
            == {"ok"}
        ),
        "every rule evaluated",
    )


def test_an_event_becomes_an_alert_and_a_mail(partner: Partner) -> None:
    partner.submit(3)  # R2: three occurrences in two weeks, at once
    until(lambda: "bea" in mails().lower() or "beoordelaar" in mails(), "the reviewer is told")
    program = shutil.which("chromium")
    assert program, "Chromium is missing: run `make setup-test`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(base_url=INBOX, locale="nl-NL")
        page.goto("/")
        page.get_by_role("button", name="(beoordelaar)").click()
        page.locator('a[href^="/attenderingen/"]').first.click()
        page.get_by_role("button", name="Vrijgeven").click()
        expect(page.get_by_role("status")).to_contain_text("Vrijgegeven")
        browser.close()
    until(lambda: "coordinator-almere@vangnet.example" in mails(), "the coordinator is told")
    assert "Berg" not in mails()


def mails() -> str:
    return httpx.get(f"{PEOPLE}/mails").text


@pytest.mark.parametrize(
    "name", ["kafka", "postgres", "ingest", "linker", "indicators", "notifier", "evaluator-a", "people", "prometheus"]
)
def test_a_killed_container_loses_nothing(partner: Partner, name: str) -> None:
    before = counted()
    assert before == partner.sent
    compose("kill", name)
    waiting = None if name in REFUSES_AT_ONCE else partner.sending(1)
    compose("up", "--wait", "--wait-timeout", "120")
    if waiting is not None:
        partner.answered(waiting, 1)
    partner.submit(1)
    until(lambda: counted() == partner.sent, f"all {partner.sent} events counted")
