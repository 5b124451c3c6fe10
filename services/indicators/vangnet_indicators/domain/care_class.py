"""The class of somebody at a moment: in care, not in care, or not known (reading.md)."""

from collections.abc import Mapping

from vangnet_contract.messages import InCare

from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.rulebook import Rulebook


def care_class(life: Life, t: int, place: int, delivered: Mapping[str, int]) -> InCare:
    """As of t (µs), for somebody at that place. `no` only when everybody who might have told of care has delivered up to t."""
    senders = life.book.care.get(place)
    if _in_care(life, t):
        return "yes"
    if senders is None or any(delivered.get(partner, 0) < t for partner in senders):
        return "unknown"
    return "no" if followed(life.book, life.opened, t, place) else "unknown"


def not_in_care(life: Life, t: int, place: int) -> bool:
    """Whether the class is `no`, given that everybody has delivered up to t."""
    return not _in_care(life, t) and followed(life.book, life.opened, t, place)


def followed(book: Rulebook, opened: int | None, t: int, place: int) -> bool:
    """Whether care events of the days before t would have been kept: the person was open, or they were held."""
    if book.care.get(place, frozenset("?")) <= book.waiting:
        return True
    return opened is not None and opened <= t - book.care_days * DAY


def _in_care(life: Life, t: int) -> bool:
    return life.care_signs.in_care(t) == "yes"
