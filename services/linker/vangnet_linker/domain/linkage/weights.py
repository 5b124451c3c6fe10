"""What a pattern weighs: integers from a table that was learned elsewhere and says from what."""

from collections.abc import Mapping
from functools import cache, cached_property
from itertools import combinations
from math import log

import msgspec
from vangnet_contract.weights import weights_json

from vangnet_linker.domain.linkage.pattern import BSN, CLIENT, COMBINATIONS, Pattern

NAT = 100
"""Weights are in hundredths of a nat: natural logarithm of how much likelier a pattern is for one person than for two."""
CERTAIN, SAME_CLIENT, OTHER_CLIENT, NEVER = 1_000_000, 500_000, -300, -1_000_000
MOST = 100_000  # of a pattern without certain facts


class Table(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, dict=True):
    """One table. `agree` and `differ` by kind, `together` by two kinds that agree ("13+16"), all in hundredths of a nat.

    `known`: the share of records whose person is expected to be known already, in thousandths: the prior where nothing
    was calibrated. `twins`: whether two that are alike in all but the given names are known to be two people. `trained_on`
    names the sets. `decides`: the posterior, in thousandths, at which a record is joined to one in a register.
    """

    base: int
    agree: Mapping[str, int]
    differ: Mapping[str, int]
    together: Mapping[str, int]
    known: int
    twins: bool
    decides: int
    trained_on: list[str]

    @cached_property
    def _memory(self) -> dict[Pattern, int]:
        return {}

    def weigh(self, pattern: Pattern) -> int:
        """The weight of a pattern: certain facts first. A pure function of it and of this table."""
        known = self._memory.get(pattern)
        if known is None:
            known = self._memory[pattern] = self._weigh(pattern)
        return known

    def _weigh(self, pattern: Pattern) -> int:
        if pattern.differs(BSN):
            return NEVER
        if pattern.agrees(BSN):
            return CERTAIN
        if pattern.agrees(CLIENT):
            return SAME_CLIENT
        learned = self._learned(pattern) if pattern.agree & COMBINATIONS else -MOST
        return max(-MOST, min(MOST, learned + (OTHER_CLIENT if pattern.differs(CLIENT) else 0)))

    def _learned(self, pattern: Pattern) -> int:
        agree = [kind for kind in map(int, self.agree) if pattern.agrees(kind)]
        alone = sum(self.agree[str(kind)] for kind in agree)
        against = sum(weight for kind, weight in self.differ.items() if pattern.differs(int(kind)))
        return (
            self.base
            + alone
            + against
            + sum(self.together.get(f"{a}+{b}", 0) for a, b in combinations(sorted(agree), 2))
        )


class Weights(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The file that ships: a table for each kind of records. `scheme` is the token scheme it was learned for."""

    version: int
    scheme: str
    tables: Mapping[str, Table]


@cache
def shipped() -> Weights:
    """The weights of the contract."""
    return msgspec.json.decode(weights_json(), type=Weights)


def prior(known: float, persons: int) -> int:
    """The weight that everything starts with: a share `known` (between 0 and 1) of records is about one of so many persons."""
    return round(NAT * log(known / (1 - known) / max(persons, 1)))
