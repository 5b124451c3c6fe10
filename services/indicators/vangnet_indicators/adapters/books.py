"""The rules of each version of the policy, as they are run."""

from vangnet_contract.policy import PolicyRefused, Shelf
from vangnet_runtime.database import Pool
from vangnet_runtime.faults import NotYet

from vangnet_indicators.domain.rulebook import Rulebook, rulebook

# Partitions switch one after the other; the one that saw most activations is ahead.
IN_FORCE = "SELECT version FROM policy_in_force ORDER BY activations DESC, partition LIMIT 1"


class Books:
    """Made once for each version."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._made: dict[str | None, Rulebook] = {}

    def of(self, version: str | None) -> Rulebook:
        """Of a version; None = the first. Raises NotYet when the deployment does not have it."""
        if version not in self._made:
            try:
                policy = self._shelf.version(version) if version else self._shelf.first
            except PolicyRefused as refused:
                raise NotYet(str(refused)) from None
            self._made[version] = rulebook(policy)
        return self._made[version]


async def version_in_force(pool: Pool) -> str | None:
    """As far as the stream has been read; None = the first."""
    found: str | None = await pool.fetchval(IN_FORCE)
    return found
