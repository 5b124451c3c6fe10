"""The data folder of a platform: what lies where, and how a command finds it."""

import os
from dataclasses import dataclass
from pathlib import Path

from vangnet_local.processes import Folders

DEFAULT = Path(".vangnet")
VARIABLE = "VANGNET_DATA_DIR"


@dataclass(frozen=True)
class Layout:
    """Everything of one platform lies below `root`."""

    root: Path

    @classmethod
    def find(cls, data_dir: Path | None = None) -> "Layout":
        """`--data-dir`, else VANGNET_DATA_DIR, else ./.vangnet."""
        return cls((data_dir or Path(os.environ.get(VARIABLE) or DEFAULT)).resolve())

    @property
    def state(self) -> Path:
        """`platform.json`: endpoints and settings, nothing secret."""
        return self.root / "platform.json"

    @property
    def folders(self) -> Folders:
        """Pid files and logs."""
        return Folders(self.root / "run", self.root / "logs")

    @property
    def policy(self) -> Path:
        """The policy that runs, with `keys.yaml`."""
        return self.root / "policy"

    @property
    def secrets(self) -> Path:
        """One file a secret, readable by the owner alone."""
        return self.root / "secrets"

    @property
    def clients(self) -> Path:
        """Public keys of partner systems, for the token issuer."""
        return self.root / "clients"

    @property
    def people(self) -> Path:
        """Mails, used token ids."""
        return self.root / "people"

    @property
    def kafka(self) -> Path:
        """The broker's data."""
        return self.root / "kafka"

    @property
    def pki(self) -> Path:
        """The authority behind a secured Kafka, with its key."""
        return self.root / "pki"

    def kafka_password(self, name: str) -> Path:
        """Of a user of a secured Kafka."""
        return self.secrets / f"kafka-{name}"

    @property
    def postgres(self) -> Path:
        """The database's data."""
        return self.root / "postgres"

    def partner(self, name: str) -> Path:
        """What that partner keeps: keys and partner.toml. In a region this folder is at the partner."""
        return self.root / "partners" / name

    def evaluator(self, name: str) -> Path:
        """What evaluator `a` or `b` keeps. In a region these are two organisations."""
        return self.root / "evaluators" / name
