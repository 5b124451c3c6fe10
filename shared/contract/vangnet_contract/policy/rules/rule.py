"""A rule: its condition, who is told, on which ground, and where it runs."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from vangnet_contract.messages import RuleState
from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.rules.conditions import AreaDeviation, Condition, FollowedBy, MissingAfter, SourceSilence

Severity = Literal["zeer hoog", "hoog", "middel", "dossier", "informatief", "operator"]
Recipient = Literal["coordinator", "piket", "behandelaar", "bemoeizorgteam", "crisisdienst", "woonteam", "beheerder"]
RECIPIENTS: dict[Recipient, str] = {
    "coordinator": "coördinatoren van de gemeente",
    "piket": "piketdienst",
    "behandelaar": "behandelende ggz",
    "bemoeizorgteam": "bemoeizorgteam",
    "crisisdienst": "contactpersoon van de crisisdienst ggz",
    "woonteam": "team opvang en wonen",
    "beheerder": "beheerders van het platform",
}


class RuleSetting(PolicyModel):
    """A rule in one municipality. `actief` needs the reference of the decision that switched it on."""

    state: RuleState
    threshold: int | None = Field(None, ge=1, le=1000, description="another one than the rule's own")
    besluit: str | None = None

    @model_validator(mode="after")
    def _decided(self) -> "RuleSetting":
        if self.state == "actief" and not self.besluit:
            raise ValueError("an active rule needs `besluit`: the reference of the decision")
        return self


class Rule(PolicyModel):
    """One rule with its states. A municipality that is not listed has the default.

    A rule with an anchor (followed-by, missing-after) has one episode for each anchor, over after `open_days`; any other
    rule's episode is over `rearm_days` after its condition last held. `horizon_days`: what crossed longer ago makes no
    signal; None = the region's.
    """

    id: str = Field(pattern=r"^R\d{1,2}[a-z]?$")
    name: str
    condition: Condition
    severity: Severity
    recipients: list[Recipient] = Field(min_length=1)
    grondslag: str
    why: str = Field(min_length=1, description="one sentence: why this rule exists")
    note: str | None = Field(None, description="what must be known before it is switched on")
    since: date
    rearm_days: int = Field(0, ge=0, le=365)
    open_days: int = Field(30, ge=1, le=365)
    horizon_days: int | None = Field(None, ge=0, le=1827)
    default: RuleSetting
    municipalities: dict[str, RuleSetting] = {}

    @property
    def anchored(self) -> bool:
        """Whether each anchor is an episode of its own."""
        return isinstance(self.condition, FollowedBy | MissingAfter)

    @property
    def about_persons(self) -> bool:
        """Whether its signals are about a person."""
        return not isinstance(self.condition, AreaDeviation | SourceSilence)

    def setting(self, municipality: str | None) -> RuleSetting:
        """The rule's setting in a municipality."""
        return self.municipalities.get(municipality or "", self.default)

    def threshold(self, municipality: str | None) -> int | None:
        """The number needed in a municipality; None when the condition has none."""
        return self.setting(municipality).threshold or self.condition.threshold

    @model_validator(mode="after")
    def _possible(self) -> "Rule":
        settings = (self.default, *self.municipalities.values())
        if self.condition.threshold is None and any(setting.threshold for setting in settings):
            raise ValueError(f"{self.condition.kind} has no threshold that could be another one")
        if self.anchored and self.rearm_days:
            raise ValueError("rearmDays does not go with an anchor: each anchor is an episode of its own")
        if not self.anchored and "open_days" in self.model_fields_set:
            raise ValueError("openDays only goes with an anchor: followed-by or missing-after")
        if isinstance(self.condition, SourceSilence) and self.municipalities:
            raise ValueError("a silent partner is no matter of one municipality")
        return self
