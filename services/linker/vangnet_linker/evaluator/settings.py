"""Settings of one evaluator, and the partners that its organisation pinned."""

import json
import sqlite3
from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, FilePath, ValidationError, model_validator
from vangnet_contract.policy import PartnerKey
from vangnet_contract.policy.base import PolicyModel
from vangnet_pseudonym.keys import load_verifying_key
from vangnet_pseudonym.shares import Share, load_shares
from vangnet_runtime.settings import HostSettings

from vangnet_linker.evaluator.quota import Quota
from vangnet_linker.evaluator.store import Store


class EvaluatorSettings(HostSettings):
    """What `vangnet-linker evaluator` needs. It needs no Kafka, no PostgreSQL and no policy."""

    service: ClassVar[str] = "evaluator"

    evaluator_name: str = Field(
        description="name of this evaluator, as partners configure it", pattern=r"^[a-z][a-z0-9-]{0,30}$"
    )
    evaluator_shares: FilePath = Field(description="share file: this organisation's half of the key (mode 0600)")
    evaluator_partners: FilePath = Field(description="JSON file with the pinned partner keys and the quotas")
    evaluator_store: Path = Field(description="SQLite file for quotas and the log of requests")


class Quotas(PolicyModel):
    """Points a day for each partner and in total."""

    partner: int = Field(ge=1)
    total: int = Field(ge=1)


class Pinned(PolicyModel):
    """Whom this evaluator answers."""

    partners: dict[str, list[PartnerKey]]
    quotas: Quotas

    @model_validator(mode="after")
    def _each_key_is_usable_and_one_partners(self) -> Self:
        """Key ids are names: with two owners a signature would say nothing about who asked."""
        pinned = [pin for pins in self.partners.values() for pin in pins]
        ids = [pin.key_id for pin in pinned]
        if twice := sorted({key_id for key_id in ids if ids.count(key_id) > 1}):
            raise ValueError(f"keyId {', '.join(twice)} is there more than once")
        for pin in pinned:
            _check_key(pin)
        return self

    @property
    def quota(self) -> Quota:
        """As the decision takes it."""
        return Quota(self.quotas.partner, self.quotas.total)


def _check_key(pin: PartnerKey) -> None:
    try:
        load_verifying_key(pin.public_key)
    except ValueError as refused:
        raise ValueError(f"publicKey of {pin.key_id} {refused}") from None


class NotUsable(ValueError):
    """A file that an evaluator cannot start with; the text names it and says why."""


def read_pinned(path: Path) -> Pinned:
    """The pinned partners. Raises NotUsable."""
    try:
        return Pinned.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as refused:
        reasons = "; ".join(f"{'.'.join(map(str, error['loc']))} {error['msg']}".strip() for error in refused.errors())
        raise NotUsable(f"{path}: {reasons}") from None
    except OSError as fault:
        raise NotUsable(f"{path}: cannot be read ({fault.strerror})") from None
    except (ValueError, RecursionError):
        raise NotUsable(f"{path}: is not JSON") from None


def read_shares(path: Path) -> list[Share]:
    """The shares of this evaluator. Raises NotUsable."""
    try:
        return load_shares(path.read_bytes())
    except OSError as fault:
        raise NotUsable(f"{path}: cannot be read ({fault.strerror})") from None
    except ValueError as refused:
        raise NotUsable(f"{path}: {refused}") from None


def open_store(path: Path) -> Store:
    """The store. Raises NotUsable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Store(path)
    except (OSError, sqlite3.Error) as fault:
        raise NotUsable(f"{path}: cannot be opened as the evaluator's store ({fault})") from None
