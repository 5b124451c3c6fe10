"""The whole policy, with the questions that services ask it."""

from collections.abc import Hashable, Iterator
from functools import cached_property

from pydantic import model_validator

from vangnet_contract.policy.admission import Cell, LegalBasis, Partner
from vangnet_contract.policy.base import Contradiction, Contradictions, Place, PolicyModel
from vangnet_contract.policy.contradictions import rule_problems
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
        return self._seal_keys.get(key_id)

    @cached_property
    def epoch_numbers(self) -> frozenset[int]:
        """Epochs that identities may be sealed for."""
        return frozenset(epoch.epoch for epoch in self.keys.epochs)

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

    @cached_property
    def _seal_keys(self) -> dict[str, SealKey]:
        return {key.key_id: key for key in self.keys.seal}

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        if problems := self._contradictions():
            raise Contradictions(problems)
        return self

    def _contradictions(self) -> list[Contradiction]:
        return [
            *self._unknown_partners(),
            *self._twice(),
            *self._unknown_bases(),
            *self._rule_problems(),
            *self._people_problems(),
        ]

    def _unknown_partners(self) -> Iterator[Contradiction]:
        named: list[tuple[Place, str]] = [
            *((("matrix", n, "partner"), cell.partner) for n, cell in enumerate(self.matrix)),
            *((("keys", "partners", name), name) for name in self.keys.partners),
            *((("keys", "answers", name), name) for name in self.keys.answers),
            *((("region", "waiting", n, "partner"), waiting.partner) for n, waiting in enumerate(self.region.waiting)),
        ]
        for place, name in named:
            if name not in self._partners:
                yield Contradiction(place, f"partner {name} is not in partners.yaml")

    def _twice(self) -> Iterator[Contradiction]:
        named: list[list[tuple[Place, Hashable]]] = [
            [
                (("matrix", n, "types"), (cell.partner, t))
                for n, cell in enumerate(self.matrix)
                for t in cell.full_types()
            ],
            [
                (("partners", n, "sources"), source)
                for n, partner in enumerate(self.partners)
                for source in partner.sources
            ],
            [(("keys", "partners", name), key.key_id) for name, keys in self.keys.partners.items() for key in keys],
            [(("rules", n, "id"), rule.id) for n, rule in enumerate(self.rules)],
        ]
        for things in named:
            seen: set[Hashable] = set()
            for place, thing in things:
                if thing in seen:
                    yield Contradiction(place, f"{thing} is given twice")
                seen.add(thing)

    def _unknown_bases(self) -> Iterator[Contradiction]:
        known = {basis.code for basis in self.grondslagen}
        named: list[tuple[Place, str]] = [
            *((("matrix", n, "grondslag"), code) for n, cell in enumerate(self.matrix) for code in cell.grondslag),
            *((("rules", n, "grondslag"), rule.grondslag) for n, rule in enumerate(self.rules)),
        ]
        for place, code in named:
            if code not in known:
                yield Contradiction(place, f"grondslag {code} is not in partners.yaml")

    def _rule_problems(self) -> Iterator[Contradiction]:
        senders = {
            event_type for cell in self.matrix if cell.admission == "allowed" for event_type in cell.full_types()
        }
        for number, rule in enumerate(self.rules):
            yield from rule_problems(("rules", number), rule, self.region, senders)

    def _people_problems(self) -> Iterator[Contradiction]:
        for code in sorted(set(self.region.municipalities) - self.people.coordinators.keys()):
            yield Contradiction(("people", "coordinators"), f"no coordinator for {code}")
        for code, people in self.people.coordinators.items():
            for number, person in enumerate(people):
                if person.organisation is not None and person.organisation not in self._partners:
                    place: Place = ("people", "coordinators", code, number, "organisation")
                    yield Contradiction(place, f"partner {person.organisation} is not in partners.yaml")
        for name, hook in self.people.webhooks.items():
            for code in sorted(set(hook.municipalities) - set(self.region.municipalities)):
                yield Contradiction(("people", "webhooks", name), f"{code} is not in this region")
