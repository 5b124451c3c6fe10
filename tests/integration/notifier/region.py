"""One running notifier with what it needs around it: Kafka, PostgreSQL, login provider and mail server, all real."""

import asyncio
import base64
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from aiokafka import AIOKafkaProducer
from joserfc.jwk import RSAKey
from vangnet_contract import topics
from vangnet_contract.messages import Evidence, Signal, SignalsMessage, Tick, encode
from vangnet_contract.policy import load_policy
from vangnet_local.kafka import Kafka
from vangnet_local.people.settings import Settings
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.postgres import Postgres
from vangnet_local.processes import Child, Folders, Program, answers_ok
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import make_topics
from vangnet_runtime.records import partition_for

from tests.unit.notifier.signals import evidence, signal

POLICY = Path(__file__).parents[3] / "deploy" / "policy" / "demo"
PROGRAM = Path(sys.executable).parent / "vangnet-notifier"
SECRET = "secret-of-the-inbox"
HOOK_SECRET = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
START = datetime(2026, 3, 1, tzinfo=UTC)

T = TypeVar("T")


def until(look: Callable[[], T], what: str, within: float = 60.0) -> T:
    """The first true answer."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not come within {within} s"
        time.sleep(0.05)
    return found


class Region:
    """`notifier` and `people` are processes; `person()` gives ids that no other test uses."""

    def __init__(self, kafka: Kafka, postgres: Postgres, folder: Path) -> None:
        self.kafka, self.postgres, self.folder = kafka, postgres, folder
        self.http, self.metrics, people, smtp, self.hooks = free_ports(5)
        self.url = f"http://{LOOPBACK}:{self.http}"
        self.policy = Path(shutil.copytree(POLICY, folder / "policy"))
        self._add_a_system()
        self.people = self._people(people, smtp)
        self.issuer = f"http://{LOOPBACK}:{people}"
        self.environment = {
            "VANGNET_KAFKA": kafka.bootstrap,
            "VANGNET_DATABASE": postgres.dsn("notifier"),
            "VANGNET_POLICY": str(self.policy),
            "VANGNET_PROFILE": "local",
            "VANGNET_CLOCK": "event",
            "VANGNET_HTTP_PORT": str(self.http),
            "VANGNET_METRICS_PORT": str(self.metrics),
            "VANGNET_PSEUDONYM_KEY": secrets.token_hex(32),
            "VANGNET_SESSION_KEY": secrets.token_hex(32),
            "VANGNET_BASE_URL": self.url,
            "VANGNET_WEBHOOK_ALLOW": "127.0.0.0/8",
            "VANGNET_WEBHOOK_SECRETS_FILE": str(folder / "webhooks.json"),
            "VANGNET_SMTP_HOST": LOOPBACK,
            "VANGNET_SMTP_PORT": str(smtp),
            "VANGNET_SMTP_FROM": "vangnet@vangnet.example",
            "VANGNET_OIDC_ISSUER": self.issuer,
            "VANGNET_OIDC_CLIENT_ID": "vangnet-inbox",
            "VANGNET_OIDC_CLIENT_SECRET": SECRET,
            "VANGNET_LOGIN_RATE": "6000",  # all tests come from one address
            "VANGNET_REQUEST_RATE": "60000",
        }
        program = Program("notifier", [str(PROGRAM), "run"], lambda: answers_ok(self.http), self.environment)
        self.notifier = Child(program, Folders(folder / "run", folder / "logs"))
        self.ticked = START

    def start(self) -> None:
        """Topics, an empty schema, both processes."""
        partners = [partner.name for partner in load_policy(self.policy).partners]
        make_topics(Broker(self.kafka.bootstrap), topics.catalogue(partners))
        self.postgres.sql("DROP SCHEMA IF EXISTS notifier CASCADE; CREATE SCHEMA notifier AUTHORIZATION notifier;")
        for child in (self.people, self.notifier):
            child.start()
        for child in (self.people, self.notifier):
            child.wait_ready()

    def stop(self) -> None:
        """Both processes end."""
        for child in (self.notifier, self.people):
            child.stop()

    @property
    def ready(self) -> bool:
        """What it says of itself."""
        return answers_ok(self.http)

    def person(self) -> str:
        """A new one."""
        return secrets.token_hex(16)

    def publish(self, *messages: SignalsMessage) -> None:
        """To the signals topic, keyed as indicators do; a Tick goes to every partition."""
        with ThreadPoolExecutor(1) as apart:  # Playwright has an event loop in this thread
            apart.submit(lambda: asyncio.run(self._publish(messages))).result()

    async def _publish(self, messages: tuple[SignalsMessage, ...]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, enable_idempotence=True)
        await producer.start()
        for message in messages:
            key = message.person.encode() if isinstance(message, Signal) else b"tick"
            partitions = [partition_for(key, 8)] if isinstance(message, Signal) else range(8)
            for partition in partitions:
                await producer.send(topics.SIGNALS, encode(message), key, partition)
        await producer.stop()

    def raise_signal(self, person: str, **more: Any) -> Signal:
        """A signal about that person, published."""
        made = signal(signal_id=f"s-{person}", person=person, at=self.ticked, **more)
        self.publish(made)
        return made

    def let_time_pass(self, passed: timedelta) -> None:
        """Moves the clock of the stream."""
        self.ticked += passed
        self.publish(Tick(at=self.ticked))

    def exported(self, person: str) -> list[dict[str, Any]]:
        """What the operator's export says about a person."""
        argv = [str(PROGRAM), "alerts", "--format", "jsonl"]
        done = subprocess.run(argv, env={**os.environ, **self.environment}, capture_output=True, text=True, check=True)
        return [line for line in map(json.loads, done.stdout.splitlines()) if line["person"] == person]

    def alert(self, person: str, state: str = "candidate") -> str:
        """The id of the person's newest alert, once it is in that state."""
        newest = f"SELECT id FROM alert WHERE person = '{person}' AND state = '{state}' ORDER BY raised_at DESC LIMIT 1"
        return until(lambda: self.rows(newest), f"a {state} alert")[0][0]

    def mails(self, alert: str) -> list[dict[str, Any]]:
        """The mails about an alert, in order of arrival."""
        every = httpx2.get(f"{self.issuer}/mails", headers={"Accept": "application/json"}).json()
        return [mail for mail in every if alert in mail["text"]]

    def wait_for_mails(self, alert: str, number: int) -> list[dict[str, Any]]:
        """Once there are so many."""
        return until(lambda: found if len(found := self.mails(alert)) >= number else [], f"{number} mails")

    def rows(self, query: str) -> list[list[str]]:
        """As superuser."""
        return [line.split("|") for line in self.postgres.sql(f"SET search_path = notifier; {query}").splitlines()]

    def log_in(self, user: str) -> "Visitor":
        """Through the provider, as a browser does."""
        visitor = Visitor(self)
        visitor.log_in(user)
        return visitor

    def _add_a_system(self) -> None:
        """Of Dronten, where no other test releases anything; nobody listens on its port but in the test of it."""
        with (self.policy / "people.yaml").open("a") as people:
            url = f"http://{LOOPBACK}:{self.hooks}/"
            people.write(f"webhooks:\n  zaken: {{title: Zaaksysteem, url: '{url}', municipalities: [GM0303]}}\n")
        (self.folder / "webhooks.json").write_text(json.dumps({"zaken": [HOOK_SECRET]}))

    def _people(self, http: int, smtp: int) -> Child:
        (self.folder / "clients").mkdir()
        (self.folder / "secret").write_text(SECRET)
        (self.folder / "issuer.pem").write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
        settings = Settings(
            http_port=http,
            smtp_port=smtp,
            folder=self.folder / "people",
            policy=POLICY,
            signing_key=self.folder / "issuer.pem",
            clients=self.folder / "clients",
            oidc_client_id="vangnet-inbox",
            oidc_client_secret_file=self.folder / "secret",
            oidc_redirect_uri=f"{self.url}/inloggen/terug",
            token_audience="x",
        )
        argv = [sys.executable, "-m", "vangnet_local.people"]
        program = Program("people", argv, lambda: answers_ok(http), settings.environment())
        return Child(program, Folders(self.folder / "run", self.folder / "logs"))


class Visitor:
    """Somebody's browser: keeps cookies, fills in forms. `csrf` as the session says."""

    def __init__(self, region: Region) -> None:
        self.http = httpx2.Client(base_url=region.url, timeout=60)
        self.csrf = ""

    def log_in(self, user: str) -> httpx2.Response:
        """Start, pick the person at the provider, come back."""
        to_provider = self.http.get("/inloggen", params={"naar": "/?status=alles"})
        assert to_provider.status_code == 302, to_provider.text
        back = self.http.post(to_provider.headers["location"], data={"sub": user})
        assert back.status_code == 302, back.text
        done = self.http.get(back.headers["location"])
        assert done.status_code == 303 and done.headers["location"] == "/?status=alles", done.text
        self.csrf = self.http.get("/v1/sessie").json()["csrf"]
        return done

    def page(self, path: str) -> str:
        """A page that exists."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def see(self, alert: str) -> dict[str, Any]:
        """As JSON."""
        found: dict[str, Any] = self.http.get(f"/v1/attenderingen/{alert}").raise_for_status().json()
        return found

    def press(self, alert: str, label: str, **choices: str) -> httpx2.Response:
        """Presses the button with that label on the page, with what its form holds."""
        page = self.page(f"/attenderingen/{alert}")
        forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
        action, inner = next((action, inner) for action, inner in forms if f">{label}</button>" in inner)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inner))
        return self.http.post(action, data=hidden | choices, follow_redirects=True)

    def decide(self, alert: str, sub: str, body: dict[str, Any]) -> httpx2.Response:
        """By JSON."""
        return self.http.post(f"/v1/attenderingen/{alert}/{sub}", json=body, headers={"X-CSRF-Token": self.csrf})


def items(*numbers: int) -> tuple[Evidence, ...]:
    """Evidence."""
    return tuple(evidence(n) for n in numbers)
