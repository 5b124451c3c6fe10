"""The whole policy, with the questions that services ask it."""

from collections.abc import Hashable, Sequence
from functools import cached_property

from pydantic import model_validator

from vangnet_contract.policy.admission import Cell, LegalBasis, Partner
from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.keys import Keys, PartnerKey, SealKey
from vangnet_contract.policy.people import People
from vangnet_contract.policy.region import Region
from vangnet_contract.policy.rules import Rule


class Policy(PolicyModel):
    """One version of everything that a region decided."""

    region: Region
    grondslagen: list[LegalBasis]
    partners: list[Partner]
    matrix: list[Cell]
    rules: list[Rule]
    people: People
    keys: Keys = Keys()

    @property
    def version(self) -> str:
        """The version that stamps, signals and `policy-activated` name."""
        return self.region.version

    def partner(self, name: str) -> Partner | None:
        """The partner of that name."""
        return self._partners.get(name)

    def partner_of_source(self, source: str) -> Partner | None:
        """The partner that this source belongs to."""
        return self._sources.get(source)

    def cell(self, partner: str, event_type: str) -> Cell | None:
        """What that partner may send of that type; None = nothing."""
        return self._cells.get((partner, event_type))

    def partner_key(self, key_id: str) -> tuple[str, PartnerKey] | None:
        """(partner, key) of a signing key's id."""
        return self._partner_keys.get(key_id)

    def seal_key(self, key_id: str) -> SealKey | None:
        """The seal key with that id."""
        return next((key for key in self.keys.seal if key.key_id == key_id), None)

    def wait_days(self, partner: str) -> int:
        """Days that events about people not in view are held."""
        return next((waiting.days for waiting in self.region.waiting if waiting.partner == partner), 0)

    @cached_property
    def _partners(self) -> dict[str, Partner]:
        return {partner.name: partner for partner in self.partners}

    @cached_property
    def _sources(self) -> dict[str, Partner]:
        return {source: partner for partner in self.partners for source in partner.sources}

    @cached_property
    def _cells(self) -> dict[tuple[str, str], Cell]:
        return {(cell.partner, event_type): cell for cell in self.matrix for event_type in cell.full_types()}

    @cached_property
    def _partner_keys(self) -> dict[str, tuple[str, PartnerKey]]:
        return {key.key_id: (partner, key) for partner, keys in self.keys.partners.items() for key in keys}

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        if problems := list(self._contradictions()):
            raise ValueError("; ".join(problems))
        return self

    def _contradictions(self) -> list[str]:
        return [
            *self._unknown_partners(),
            *self._twice(),
            *self._unknown_bases(),
            *self._rule_problems(),
            *self._people_problems(),
        ]

    def _unknown_partners(self) -> list[str]:
        named = (
            {cell.partner for cell in self.matrix} | set(self.keys.partners) | {w.partner for w in self.region.waiting}
        )
        return [f"partner {name} is not in partners.yaml" for name in sorted(named - self._partners.keys())]

    def _twice(self) -> list[str]:
        pairs = [(cell.partner, event_type) for cell in self.matrix for event_type in cell.full_types()]
        sources = [source for partner in self.partners for source in partner.sources]
        key_ids = [key.key_id for keys in self.keys.partners.values() for key in keys]
        rules = [rule.id for rule in self.rules]
        return [f"{thing} is given twice" for things in (pairs, sources, key_ids, rules) for thing in _repeated(things)]

    def _unknown_bases(self) -> list[str]:
        known = {basis.code for basis in self.grondslagen}
        named = {code for cell in self.matrix for code in cell.grondslag}
        return [f"grondslag {code} is not in partners.yaml" for code in sorted(named - known)]

    def _rule_problems(self) -> list[str]:
        known = set(self.region.municipalities)
        beyond = [
            f"rule {r.id} looks back {r.condition.days} days, longer than retentionDays"
            for r in self.rules
            if r.condition.days > self.region.retention_days
        ]
        return beyond + [
            f"rule {r.id}: {code} is not in this region" for r in self.rules for code in r.municipalities.keys() - known
        ]

    def _people_problems(self) -> list[str]:
        missing = set(self.region.municipalities) - self.people.coordinators.keys()
        return [f"no coordinator for {code}" for code in sorted(missing)]


def _repeated(things: Sequence[Hashable]) -> list[Hashable]:
    return sorted({thing for thing in things if things.count(thing) > 1}, key=str)
