"""Where one alert stands, as far as I15 and I16 need to know."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec
from vangnet_contract.dutch import LOCAL
from vangnet_contract.outcomes import OUTCOMES

HOUR = 3600.0
OTHER = "outcome:other"
"""An outcome that this version does not know."""


class AlertStanding(msgspec.Struct, frozen=True, kw_only=True):
    """See `AlertChanged`. `municipality`: whose it is now, None = nobody's."""

    municipality: str | None
    state: str
    crossing_received_at: datetime | None = None
    released_at: datetime | None = None
    acknowledged_at: datetime | None = None
    outcome: str | None = None
    novelty: str | None = None


def marks(one: AlertStanding) -> Iterator[tuple[str, date]]:
    """(measure, day) for everything that the alert counts for. Knowledge is of now: what was withdrawn counts nowhere.

    The day is that of the release, so that what came of it and what is open add up to what was released; only an alert that
    waits for its release has that of the report that made it.
    """
    if one.state == "withdrawn":
        return
    if one.released_at is None:
        if one.state == "candidate" and one.crossing_received_at is not None:
            yield "awaiting_release", _day(one.crossing_received_at)
        return
    day = _day(one.released_at)
    yield from ((measure, day) for measure in _released(one))


def until_release(one: AlertStanding) -> float | None:
    """Hours from the receipt of the report that crossed the threshold; None when it was not released."""
    return _hours(one.crossing_received_at, one.released_at)


def until_acknowledgement(one: AlertStanding) -> float | None:
    """Hours from release; None when nobody has acknowledged it."""
    return _hours(one.released_at, one.acknowledged_at)


def outcome_measure(outcome: str) -> str:
    """How its count is called."""
    return f"outcome:{outcome}"


def _released(one: AlertStanding) -> Iterator[str]:
    yield "released"
    yield "acknowledged" if one.acknowledged_at else "awaiting_acknowledgement"
    if one.state != "closed" or one.outcome is None or one.acknowledged_at is None:
        yield "open"
        if one.acknowledged_at:
            yield "in_hand"
        return
    yield "closed"
    yield outcome_measure(one.outcome) if one.outcome in OUTCOMES else OTHER
    yield "answered" if one.novelty else "unanswered"
    if one.novelty:
        yield "new" if one.novelty == "ja" else "known"


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _hours(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds() / HOUR)
