"""An objection (article 21 of the GDPR): what its phase means for everything about the same person.

Filed: restricted. Nothing counts and nothing is raised; nothing is destroyed either. Granted: what is there is destroyed, and so is
whatever comes later; the objection itself stays, as the mark. Dismissed or withdrawn: as if it had not been.
"""

from vangnet_contract.messages import EventRecord
from vangnet_contract.taxonomy import OBJECTION

FILED, GRANTED = "ingediend", "toegewezen"


def restricts(record: EventRecord | None) -> bool:
    """Whether the person of this event counts nowhere."""
    return _phase(record) in (FILED, GRANTED)


def suppresses(record: EventRecord | None) -> bool:
    """Whether nothing else of that person may be kept."""
    return _phase(record) == GRANTED


def _phase(record: EventRecord | None) -> str | None:
    return record.details.get("fase") if record is not None and record.type == OBJECTION else None
