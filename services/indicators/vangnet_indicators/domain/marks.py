"""What the type and details of an event say about reports and care, as bits: kept with the event, so that counting reads no record.

After a change here `vangnet-indicators rebuild` packs what is stored anew; until then `verify` tells the difference.
"""

from vangnet_contract.messages import EventRecord

E33 = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
REPORTS = frozenset(
    {E33, *(f"nl.oggz-signalen.veiligheid.{n}.v1" for n in ("zelfdoding-poging-dreiging", "overlast-dakloze"))}
)
"""The types of I01b."""
ADMISSION = "nl.oggz-signalen.ggz.opname.v1"
DISCHARGE = "nl.oggz-signalen.ggz.ontslag.v1"
DROPOUT = "nl.oggz-signalen.ggz.zorguitval.v1"
AUTHORISATION = "nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1"

REPORT = 1
"""One of I01b's types."""
ADMITTED, DISCHARGED = 2, 4
"""To and from an institution."""
BEGAN = 8
"""Care began: an admission, or a start of care or of an authorisation."""
DROPPED_OUT = 16
"""Care ended because the person stopped or did not come (as rule R6a)."""
OPENS, CLOSES = 32, 64
"""Care, as far as events tell. An admission opens it until it is closed, anything else for some time (care.py)."""
SIGN = OPENS | CLOSES

BY_TYPE = dict.fromkeys(REPORTS, REPORT) | {
    ADMISSION: ADMITTED | BEGAN | OPENS,
    DISCHARGE: DISCHARGED | CLOSES,
    DROPOUT: DROPPED_OUT | CLOSES,
}
BY_PHASE = {"start": BEGAN | OPENS, "lopend": OPENS, "einde": CLOSES}


def marks(record: EventRecord) -> int:
    """Of one event."""
    found = BY_TYPE.get(record.type)
    if found is not None:
        return found
    if record.event_class == "care" or record.type == AUTHORISATION:
        ended = record.event_class == "care" and record.details.get("fase") == "einde"
        dropped = DROPPED_OUT if ended and record.details.get("reden") == "uitval" else 0
        return BY_PHASE.get(record.details.get("fase", ""), 0) | dropped
    return 0
