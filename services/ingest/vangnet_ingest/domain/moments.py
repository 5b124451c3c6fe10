"""RFC 3339, strictly: with offset, `T` between date and time, nothing that another reader may take otherwise."""

import re
from datetime import datetime

FORM = re.compile(
    r"(?:19[7-9]\d|2\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)",
    re.ASCII,
)
RULE = "must be a date and time with offset as in RFC 3339 (2026-03-01T01:40:00+01:00), from 1970 on"


def moment(text: str) -> datetime | None:
    """The aware time that an RFC 3339 text with offset says (to the microsecond); None when it is not one."""
    if not FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
