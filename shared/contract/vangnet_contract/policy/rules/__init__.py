"""rules.yaml: when somebody should look. The public explanation is generated from the same data."""

from vangnet_contract.policy.rules.conditions import (
    Acceleration,
    AnyOf,
    AreaDeviation,
    Condition,
    FollowedBy,
    MissingAfter,
    Moment,
    OccurrenceCount,
    SeveralGroups,
    SourceSilence,
)
from vangnet_contract.policy.rules.happenings import AnEvent, AnOccurrence, EventPattern, Happening
from vangnet_contract.policy.rules.rule import RECIPIENTS, Recipient, Rule, RuleSetting, Severity

__all__ = [
    "RECIPIENTS",
    "Acceleration",
    "AnEvent",
    "AnOccurrence",
    "AnyOf",
    "AreaDeviation",
    "Condition",
    "EventPattern",
    "FollowedBy",
    "Happening",
    "MissingAfter",
    "Moment",
    "OccurrenceCount",
    "Recipient",
    "Rule",
    "RuleSetting",
    "SeveralGroups",
    "Severity",
    "SourceSilence",
]
