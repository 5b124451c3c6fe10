"""Where everything of a platform answers, and `platform.json`, which remembers it for the next start and other commands."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Literal

from vangnet_local.layout import Layout
from vangnet_local.ports import LOOPBACK, free_ports, is_free

Clock = Literal["wall", "event"]
STATEFUL = ("linker", "indicators", "notifier")
SERVICES = ("ingest", *STATEFUL)
EVALUATORS = ("a", "b")


@dataclass(frozen=True)
class Ports:
    """One loopback port for each door."""

    kafka: int
    kafka_controller: int
    postgres: int
    people: int
    smtp: int
    evaluator_a: int
    evaluator_a_metrics: int
    evaluator_b: int
    evaluator_b_metrics: int
    ingest: int
    ingest_metrics: int
    linker: int
    linker_metrics: int
    indicators: int
    indicators_metrics: int
    notifier: int
    notifier_metrics: int
    kafka_tls: int = 0

    @classmethod
    def chosen(cls, earlier: "Ports | None" = None) -> "Ports":
        """Those of the earlier run as far as they are still free: partners and bookmarks keep working."""
        fresh = dict(zip((field.name for field in fields(cls)), free_ports(len(fields(cls))), strict=True))
        kept = {name: port for name, port in asdict(earlier).items() if port and is_free(port)} if earlier else {}
        return cls(**fresh | kept)

    def of(self, name: str) -> int:
        """By name, as in `evaluator-a`."""
        return int(getattr(self, name.replace("-", "_")))

    def url(self, name: str) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://{LOOPBACK}:{self.of(name)}"


@dataclass(frozen=True)
class State:
    """What `platform.json` holds. `policy_from`: the folder that the running policy was copied from. `secure`: Kafka asks everybody
    who he is."""

    ports: Ports
    clock: Clock
    policy_from: str
    secure: bool = False

    def write(self, layout: Layout, environments: Mapping[str, Mapping[str, str]]) -> None:
        """Replaces the file in one step. `environments`: settings of each service, for operators' commands; secrets in
        them are names of files (vangnet_runtime.settings.adopt_local_platform reads them)."""
        layout.root.mkdir(parents=True, exist_ok=True)
        fresh = layout.state.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self) | {"environments": environments}, indent=2) + "\n")
        fresh.replace(layout.state)

    @classmethod
    def read(cls, layout: Layout) -> "State | None":
        """None when the folder holds no platform yet, or one of another version."""
        try:
            raw = json.loads(layout.state.read_text())
            return cls(Ports(**raw["ports"]), raw["clock"], raw["policy_from"], raw.get("secure", False))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def endpoints(state: State, layout: Layout) -> dict[str, object]:
    """For people and programs: what `vangnet up --json` prints."""
    ports = state.ports
    return {
        "dataDir": str(layout.root),
        "clock": state.clock,
        "inbox": ports.url("notifier"),
        "mails": f"{ports.url('people')}/mails",
        "rules": f"{ports.url('indicators')}/v1/regels",
        "report": f"{ports.url('indicators')}/v1/rapport",
        "login": ports.url("people"),
        "tokens": f"{ports.url('people')}/tokens",
        "smtp": f"{LOOPBACK}:{ports.smtp}",
        "kafka": f"{LOOPBACK}:{ports.kafka}",
        "postgres": f"{LOOPBACK}:{ports.postgres}",
        **{name: ports.url(name) for name in SERVICES},
        "evaluators": [ports.url(f"evaluator-{name}") for name in EVALUATORS],
        "metrics": {name: f"{ports.url(f'{name}_metrics')}/metrics" for name in _measured()},
        "policy": str(layout.policy),
        "partners": str(layout.root / "partners"),
        "secrets": str(layout.secrets),
        "logs": str(layout.folders.logs),
    }


def _measured() -> tuple[str, ...]:
    return (*SERVICES, *(f"evaluator-{name}" for name in EVALUATORS))
