"""Everything that stands around a partner in a test: two real evaluators, a region, a partner.toml."""

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from vangnet_contract.topics import catalogue
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.processes import Child, Folders, Program, answers_ok
from vangnet_partner.answer import Answer
from vangnet_partner.config import PartnerConfig, Via
from vangnet_partner.partner import Partner
from vangnet_pseudonym import keys, shares
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import make_topics

from tests.integration.partner.region import Region

VALID = {"validFrom": "2000-01-01T00:00:00Z", "validTo": "2100-01-01T00:00:00Z"}
AWAY = f"http://{LOOPBACK}:1"
SOURCE = "urn:nld:oin:00000000000000000101:systeem:bvh"
COMMAND = Path(sys.executable).parent


Signing = Mapping[str, EllipticCurvePrivateKey]


class Evaluators:
    """Two processes of `vangnet-linker evaluator`, each with the shares of one half, the newest last."""

    def __init__(self, folder: Path, signing: Signing, halves: Sequence[Sequence[shares.Share]]) -> None:
        self.folder = folder
        self.signing = signing
        self.halves = halves
        self.pinned = keys.to_text(shares.pinned_key(halves[0][-1], halves[1][-1]))
        self.ports = free_ports(4)
        self.children = {name: self._child(name, number) for number, name in enumerate("ab")}
        self._write_partners(quota=10_000_000)

    def url(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.ports['ab'.index(name)]}"

    def start(self) -> None:
        for name, half in zip("ab", self.halves, strict=True):
            (self.folder / f"{name}.json").write_bytes(shares.dump_shares(list(half)))
        for child in self.children.values():
            child.start()
        for child in self.children.values():
            child.wait_ready()

    def stop(self) -> None:
        for child in self.children.values():
            child.stop()

    def set_quota(self, name: str, points: int) -> None:
        """Restarts one with another quota."""
        self.children[name].stop()
        self._write_partners(points)
        self.children[name].start()
        self.children[name].wait_ready()

    def _write_partners(self, quota: int) -> None:
        partners = {
            name: [{"keyId": f"{name}-1", "publicKey": keys.verifying_key_text(key), **VALID}]
            for name, key in self.signing.items()
        }
        content = {"partners": partners, "quotas": {"partner": quota, "total": 10 * quota}}
        (self.folder / "partners.json").write_text(json.dumps(content))

    def _child(self, name: str, number: int) -> Child:
        port = self.ports[number]
        environment = {
            "VANGNET_PROFILE": "local",
            "VANGNET_HTTP_PORT": str(port),
            "VANGNET_METRICS_PORT": str(self.ports[number + 2]),
            "VANGNET_EVALUATOR_NAME": name,
            "VANGNET_EVALUATOR_SHARES": str(self.folder / f"{name}.json"),
            "VANGNET_EVALUATOR_PARTNERS": str(self.folder / "partners.json"),
            "VANGNET_EVALUATOR_STORE": str(self.folder / f"{name}.sqlite"),
        }
        argv = [str(COMMAND / "vangnet-linker"), "evaluator"]
        program = Program(f"evaluator-{name}", argv, lambda: answers_ok(port), environment)
        return Child(program, Folders(self.folder / "run", self.folder / "logs"))


@dataclass
class Done:
    """What a command left: exit code, answers, what it said."""

    code: int
    answers: list[dict[str, Any]]
    said: str


@dataclass
class Stage:
    """One partner of its own, with its folder and topics."""

    folder: Path
    name: str
    kafka: str
    evaluators: Evaluators
    seal_key: bytes = field(default_factory=keys.new_seal_key)
    region_name: str = "demo-flevoland"

    def prepare(self) -> None:
        make_topics(Broker(self.kafka), catalogue([self.name]))
        pem = keys.signing_key_pem(self.evaluators.signing[self.name])
        (self.folder / "signing-key.pem").write_bytes(pem)
        self.configure()

    def configure(self, **changes: Any) -> None:
        """Writes partner.toml; `changes` replace whole parts."""
        values: dict[str, Any] = {
            "name": self.name,
            "source": SOURCE,
            "region": self.region_name,
            "own_ids": True,
            "kafka": {"bootstrap": self.kafka},
            "evaluators": asked(self.evaluators, self.evaluators),
            "epochs": [{"epoch": 1, "public_key": self.evaluators.pinned}],
            "seal": {"key_id": "seal-1", "public_key": keys.to_text(keys.seal_public_key(self.seal_key))},
            "signing": {"key_id": f"{self.name}-1", "key_file": "signing-key.pem"},
            "limits": {"retry_seconds": 1.0, "answer_seconds": 60.0},
        }
        config = PartnerConfig.model_validate(values | changes)
        (self.folder / "partner.toml").write_text(config.to_toml())

    def region(self, silent: bool = False, topic: str = "") -> Region:
        """What answers."""
        verifying = {f"{self.name}-1": keys.verifying_key_text(self.evaluators.signing[self.name])}
        return Region(self.kafka, self.name, self.region_name, self.seal_key, verifying, silent, topic)

    def write(self, lines: Iterable[object], name: str = "in.jsonl") -> Path:
        """A file of lines; a text stays as it is."""
        path = self.folder / name
        path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        return path

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """The installed command."""
        return await asyncio.create_subprocess_exec(
            str(COMMAND / "vangnet-partner"),
            "--config",
            str(self.folder / "partner.toml"),
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def submit(self, *lines: dict[str, Any], via: Via = "kafka") -> list[Answer]:
        """By the library, as a program that starts, submits and ends."""
        async with Partner.from_config(self.folder / "partner.toml", via) as partner:
            return await partner.submit(lines)

    async def run(self, *arguments: str) -> Done:
        """The command to its end."""
        process = await self.start(*arguments)
        out, err = await process.communicate()
        return Done(process.returncode or 0, [json.loads(line) for line in out.splitlines()], err.decode())


def asked(a: Evaluators | None, b: Evaluators | None) -> list[dict[str, str]]:
    """The part of partner.toml that says whom to ask: evaluator a of one pair and b of another; None = one that is away."""
    urls = {"a": a.url("a") if a else AWAY, "b": b.url("b") if b else AWAY}
    return [{"name": name, "url": url} for name, url in urls.items()]


def event_line(number: int, **changes: Any) -> dict[str, Any]:
    """An E33 about a person of its own."""
    return {
        "id": f"2026-{number:06d}",
        "type": "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1",
        "registeredAt": "2026-03-01T02:10:00+01:00",
        "occurredAt": "2026-03-01T01:40:00+01:00",
        "municipality": "GM0034",
        "details": {},
        "person": {
            "givenNames": "Anna Maria",
            "prefix": "van der",
            "surname": f"Berg{_letters(number)}",
            "birthDate": "1980-05-17",
            "clientNumber": f"C-{number}",
            "postcode": "1315AB",
            "houseNumber": 12,
        },
    } | changes


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
