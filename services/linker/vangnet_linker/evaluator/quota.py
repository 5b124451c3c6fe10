"""How much may be evaluated: points a day, for each partner and in total. What slows a dictionary down, and shows it."""

from enum import StrEnum
from typing import NamedTuple


class Quota(NamedTuple):
    """Points a day (UTC)."""

    partner: int
    total: int


class Used(NamedTuple):
    """Points evaluated today."""

    partner: int
    total: int


class OverQuota(StrEnum):
    """Which limit is reached."""

    PARTNER = "partner-quota"
    TOTAL = "total-quota"


def over_quota(used: Used, points: int, quota: Quota) -> OverQuota | None:
    """The limit that these points would pass; None = they may be evaluated."""
    if used.partner + points > quota.partner:
        return OverQuota.PARTNER
    return OverQuota.TOTAL if used.total + points > quota.total else None
