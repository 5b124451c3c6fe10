"""Whether somebody was in care at a moment, as far as events tell."""

from bisect import bisect_right
from collections.abc import Iterable

from vangnet_contract.messages import EventRecord, InCare

from vangnet_indicators.domain.instants import DAY, micros

ADMISSION = "nl.oggz-signalen.ggz.opname.v1"
DISCHARGE = "nl.oggz-signalen.ggz.ontslag.v1"
DROPOUT = "nl.oggz-signalen.ggz.zorguitval.v1"
AUTHORISATION = "nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1"


class CareSigns:
    """What a person's events say about care, in order of (occurredAt, event key): made once, asked at many times."""

    def __init__(self, records: Iterable[EventRecord], care_days: int) -> None:
        signs = sorted((micros(r.occurred_at), r.event, opens) for r in records if (opens := care_sign(r)) is not None)
        self._times = [time for time, _, _ in signs]
        self._opens = [opens for _, _, opens in signs]
        self._lasts = care_days * DAY

    def in_care(self, t: int) -> InCare:
        """At t (µs): `yes` when the newest sign up to t opens care that has not lapsed by t; else `unknown`.

        Care opens with an admission, or a phase start or lopend; it closes with discharge, end or dropout, and lapses
        `care_days` after the last sign of it (an admission never). `no` takes proof that every care partner delivered.
        """
        place = bisect_right(self._times, t) - 1
        if place < 0:
            return "unknown"
        opens, age = self._opens[place], t - self._times[place]
        return "yes" if opens == "admitted" or (opens == "open" and age <= self._lasts) else "unknown"


def care_sign(record: EventRecord) -> str | None:
    """What the event says: admitted, open, closed; None when nothing about care."""
    if record.type == ADMISSION:
        return "admitted"
    if record.type in (DISCHARGE, DROPOUT):
        return "closed"
    if record.event_class == "care" or record.type == AUTHORISATION:
        return {"start": "open", "lopend": "open", "einde": "closed"}.get(record.details.get("fase", ""))
    return None
