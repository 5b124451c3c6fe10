"""Whether somebody was in care at a moment, as far as events tell."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from vangnet_contract.messages import EventRecord, InCare

ADMISSION = "nl.oggz-signalen.ggz.opname.v1"
DISCHARGE = "nl.oggz-signalen.ggz.ontslag.v1"
DROPOUT = "nl.oggz-signalen.ggz.zorguitval.v1"
AUTHORISATION = "nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1"


def in_care(records: Iterable[EventRecord], t: datetime, care_days: int) -> InCare:
    """`yes` when the newest care event up to t opens care that has not lapsed by t; else `unknown`.

    Care opens with an admission, or a phase start or lopend; it closes with discharge, end or dropout, and lapses
    `care_days` after the last sign of it (an admission never). `no` takes proof that every care partner delivered.
    """
    signs = [
        (r.occurred_at, r.event, opens) for r in records if r.occurred_at <= t and (opens := care_sign(r)) is not None
    ]
    if not signs:
        return "unknown"
    at, _, opens = max(signs)
    return "yes" if opens == "admitted" or (opens == "open" and t - at <= timedelta(days=care_days)) else "unknown"


def care_sign(record: EventRecord) -> str | None:
    """What the event says: admitted, open, closed; None when nothing about care."""
    if record.type == ADMISSION:
        return "admitted"
    if record.type in (DISCHARGE, DROPOUT):
        return "closed"
    if record.event_class == "care" or record.type == AUTHORISATION:
        return {"start": "open", "lopend": "open", "einde": "closed"}.get(record.details.get("fase", ""))
    return None
