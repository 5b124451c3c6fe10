"""Policy is data: who may send what on which basis, rules, recipients, retention. One version at a time."""

from vangnet_contract.policy.admission import Cell, LegalBasis, Partner
from vangnet_contract.policy.keys import AnswerKey, Epoch, Keys, PartnerKey, SealKey
from vangnet_contract.policy.load import PolicyProblem, PolicyRefused, load_policy
from vangnet_contract.policy.people import OnDuty, People, Person
from vangnet_contract.policy.policy import Policy
from vangnet_contract.policy.region import OccurrenceGap, Region, Waiting
from vangnet_contract.policy.rules import Condition, OccurrenceCount, Rule, RuleSetting
from vangnet_contract.policy.shelf import Shelf, VersionMissing

__all__ = [
    "AnswerKey",
    "Cell",
    "Condition",
    "Epoch",
    "Keys",
    "LegalBasis",
    "OccurrenceCount",
    "OccurrenceGap",
    "OnDuty",
    "Partner",
    "PartnerKey",
    "People",
    "Person",
    "Policy",
    "PolicyProblem",
    "PolicyRefused",
    "Region",
    "Rule",
    "RuleSetting",
    "SealKey",
    "Shelf",
    "VersionMissing",
    "Waiting",
    "load_policy",
]
