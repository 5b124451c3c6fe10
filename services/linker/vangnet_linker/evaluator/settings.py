"""Settings of one evaluator, and the partners that its organisation pinned."""

import json
from pathlib import Path
from typing import ClassVar

from pydantic import Field, FilePath, ValidationError
from vangnet_contract.policy import PartnerKey
from vangnet_contract.policy.base import PolicyModel
from vangnet_pseudonym.shares import Share, load_shares
from vangnet_runtime.settings import HostSettings

from vangnet_linker.evaluator.quota import Quota


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

    @property
    def quota(self) -> Quota:
        """As the decision takes it."""
        return Quota(self.quotas.partner, self.quotas.total)


class NotUsable(ValueError):
    """A file that an evaluator cannot start with; the text names it and says why."""


def read_pinned(path: Path) -> Pinned:
    """The pinned partners. Raises NotUsable."""
    try:
        return Pinned.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as refused:
        reasons = "; ".join(f"{'.'.join(map(str, error['loc']))} {error['msg']}" for error in refused.errors())
        raise NotUsable(f"{path}: {reasons}") from None
    except ValueError:
        raise NotUsable(f"{path}: is not JSON") from None


def read_shares(path: Path) -> list[Share]:
    """The shares of this evaluator. Raises NotUsable."""
    try:
        return load_shares(path.read_bytes())
    except ValueError as refused:
        raise NotUsable(f"{path}: {refused}") from None
