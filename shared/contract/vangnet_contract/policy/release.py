"""What each role of recipients may see of an event of each group, at most: part of region.yaml, every value has a default."""

from typing import Literal

from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.taxonomy import Group

Level = Literal["niets", "aanwezigheid", "soort", "datum"]
LEVELS: tuple[Level, ...] = ("niets", "aanwezigheid", "soort", "datum")
"""From nothing to group, type and day; also the values of a partner's `vrijgave.niveau`."""


class Release(PolicyModel):
    """Role → group → level; a group that is not named: `datum` for who reviews and coordinates, else `niets`."""

    beoordelaar: dict[Group, Level] = {}
    coordinator: dict[Group, Level] = {}
    bericht: dict[Group, Level] = {}
    """What goes out of the house: mails and webhooks."""
