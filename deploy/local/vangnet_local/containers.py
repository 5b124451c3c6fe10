"""`python -m vangnet_local.containers keys|database`: what docker-compose.yml needs once, before anything starts.

keys      demo only: every secret of a region, each copied to the volume of the one container that may read it
database  the roles and schemas of the services, as the superuser, and their tables, as their owners; services are neither
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncpg
from vangnet_contract.policy import Policy

from vangnet_local.endpoints import EVALUATORS, STATEFUL, Ports, State
from vangnet_local.evaluators import make_evaluators
from vangnet_local.layout import Layout
from vangnet_local.migrations import bring_up_to_date
from vangnet_local.partners import write_partner_settings
from vangnet_local.postgres import DATABASE, ROLES, SUPERUSER, closed_statements, role_statements
from vangnet_local.prepare import copy_policy
from vangnet_local.secrets import database_passwords, make_secrets, overwrite, read_secret, write_keys

VOLUMES = Path("/volumes")
POLICY = Path(sys.prefix) / "policy" / "demo"
HOST = "postgres"
PORTS = Ports(
    kafka=19092, kafka_controller=9093, postgres=5432, people=18090, smtp=1025,
    evaluator_a=18011, evaluator_a_metrics=9000, evaluator_b=18012, evaluator_b_metrics=9000,
    ingest=18001, ingest_metrics=9000, linker=18002, linker_metrics=9000,
    indicators=18003, indicators_metrics=9000, notifier=18004, notifier_metrics=9000,
)  # fmt: skip
"""As docker-compose.yml publishes them on this machine's loopback: partner.toml names them."""

FILES: Mapping[str, tuple[str, ...]] = {
    "postgres": ("postgres-password",),
    "setup": tuple(f"{role}-password" for role in ROLES),
    "linker": ("linker-database", "pepper", "seal-keys.json"),
    "indicators": ("indicators-database",),
    "notifier": ("notifier-database", "pseudonym-key", "session-key", "oidc-client-secret"),
    "people": ("token-issuer.pem", "oidc-client-secret"),
}
"""Volume → the secrets in it: nobody gets what he does not need."""


def make_keys() -> None:
    """Idempotent: what is there stays. The policy, its keys and partner.toml's are made anew."""
    if os.environ.get("VANGNET_PROFILE") != "local":
        raise SystemExit("demo keys are for VANGNET_PROFILE=local only: in a region each organisation makes its own")
    layout = Layout(VOLUMES / "platform")
    policy = copy_policy(POLICY, layout)
    names = [partner.name for partner in policy.partners]
    make_secrets(layout, names)
    keys = write_keys(layout, names, make_evaluators(layout, names))
    write_partner_settings(layout, State(PORTS, "wall", str(POLICY)), policy.model_copy(update={"keys": keys}))
    for name in STATEFUL:
        overwrite(layout.secrets / f"{name}-database", _address(name, database_passwords(layout)[name]))
    _hand_out(layout, policy)


def _hand_out(layout: Layout, _policy: Policy) -> None:
    for volume, files in FILES.items():
        for name in files:
            _copy(layout.secrets / name, VOLUMES / volume / name)
    # PostgreSQL reads it as a user of its own; no other container has this volume
    (VOLUMES / "postgres" / "postgres-password").chmod(0o444)
    for name in EVALUATORS:
        for file in layout.evaluator(name).glob("*.json"):
            _copy(file, VOLUMES / f"evaluator-{name}" / file.name)
    shutil.copytree(layout.clients, VOLUMES / "people" / "clients", dirs_exist_ok=True)
    shutil.copytree(layout.policy, VOLUMES / "policy", dirs_exist_ok=True)


def _copy(source: Path, target: Path) -> None:
    overwrite(target, source.read_text())


def _address(role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@{HOST}:5432/{DATABASE}"


def make_database() -> None:
    """Roles, schemas, tables. Idempotent; passwords are those of the files, anew."""
    folder = Path(os.environ.get("VANGNET_SETUP_SECRETS", "/run/secrets"))
    asyncio.run(_make_database({role: read_secret(folder / f"{role}-password") for role in ROLES}))


async def _make_database(passwords: Mapping[str, str]) -> None:
    await _make_roles(passwords)
    await bring_up_to_date({role: _address(role, password) for role, password in passwords.items()})


async def _make_roles(passwords: Mapping[str, str]) -> None:
    connection = await asyncpg.connect(_address(SUPERUSER, passwords[SUPERUSER]))
    try:
        for role in STATEFUL:
            await connection.execute(role_statements(role, passwords))
        await connection.execute(closed_statements())
    finally:
        await connection.close()


STEPS: Mapping[str, Callable[[], None]] = {"keys": make_keys, "database": make_database}


def main() -> None:
    """One step, named by the argument."""
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        raise SystemExit(f"usage: python -m vangnet_local.containers {'|'.join(STEPS)}")
    STEPS[sys.argv[1]]()


if __name__ == "__main__":
    main()
