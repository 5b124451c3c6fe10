"""rules.yaml: when somebody should look. The public explanation is generated from the same data."""

from typing import Literal

from pydantic import Field, model_validator

from vangnet_contract.messages import RuleState
from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.taxonomy import Group

Severity = Literal["zeer hoog", "hoog", "middel", "dossier", "informatief"]


class OccurrenceCount(PolicyModel):
    """At least `count` occurrences in (t − days, t], each holding an event of `with_group` when that is given."""

    kind: Literal["occurrence-count"] = "occurrence-count"
    count: int = Field(ge=1, le=1000)
    days: int = Field(ge=1, le=1827)
    with_group: Group | None = None


class RuleSetting(PolicyModel):
    """A rule in one municipality. `actief` needs the reference of the decision that switched it on."""

    state: RuleState
    count: int | None = Field(None, ge=1, le=1000, description="another threshold than the rule's own")
    besluit: str | None = None

    @model_validator(mode="after")
    def _decided(self) -> "RuleSetting":
        if self.state == "actief" and not self.besluit:
            raise ValueError("an active rule needs `besluit`: the reference of the decision")
        return self


class Rule(PolicyModel):
    """One rule with its states. A municipality that is not listed has the default."""

    id: str = Field(pattern=r"^R\d{1,2}[a-z]?$")
    name: str
    condition: OccurrenceCount
    rearm_days: int = Field(ge=0, le=365)
    severity: Severity
    default: RuleSetting
    municipalities: dict[str, RuleSetting] = {}

    def setting(self, municipality: str | None) -> RuleSetting:
        """The rule's setting in a municipality."""
        return self.municipalities.get(municipality or "", self.default)

    def threshold(self, municipality: str | None) -> int:
        """Occurrences needed in a municipality."""
        return self.setting(municipality).count or self.condition.count
