"""The office of each version of the policy, and which version is in force."""

from collections.abc import Callable

from vangnet_contract.messages import EventKey, Signal
from vangnet_contract.policy import Policy, PolicyRefused, Shelf
from vangnet_runtime.database import Pool
from vangnet_runtime.faults import NotYet

from vangnet_notifier.app import Office

# Partitions switch one after the other; the one that saw most activations is ahead.
IN_FORCE = "SELECT version FROM policy_in_force ORDER BY activations DESC, partition LIMIT 1"


Names = tuple[Callable[[Signal], str], Callable[[str, EventKey], str]]


class Offices:
    """`current` is what pages and decisions by people go by; a partition of the stream goes by its own version. `names`: of alerts
    and events, as in Office. `played`: VANGNET_CLOCK=event."""

    def __init__(self, shelf: Shelf, names: Names, played: bool) -> None:
        self._shelf = shelf
        self._names = names
        self._played = played
        self._offices: dict[str, Office] = {}
        self.current = self._office(shelf.first)

    def of(self, version: str | None) -> Office:
        """Of a version; None = the first. Raises NotYet when the deployment does not have it."""
        if version in self._offices:
            return self._offices[version]
        try:
            return self._office(self._shelf.version(version) if version else self._shelf.first)
        except PolicyRefused as refused:
            raise NotYet(str(refused)) from None

    async def catch_up(self, pool: Pool) -> None:
        """`current` as the stream has it, whichever replica read that."""
        self.current = self.of(await pool.fetchval(IN_FORCE))

    def _office(self, policy: Policy) -> Office:
        return self._offices.setdefault(policy.version, Office(policy, *self._names, self._played))
