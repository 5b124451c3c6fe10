"""Birth dates as people write them. Unknown parts are left out; they never stand for a day."""

import re
from typing import NamedTuple

from vangnet_pseudonym.canonical import Unusable, text_of
from vangnet_pseudonym.identity import Person

FIRST_YEAR, LAST_YEAR = 1875, 2099


class DateParts(NamedTuple):
    """Digits: four, two, two; eight of the whole date. "" where unknown; `date` only when all three are known."""

    year: str
    month: str
    day: str

    @property
    def date(self) -> str:
        """All eight digits, or nothing."""
        return self.year + self.month + self.day if self.month and self.day else ""


NO_DATE = DateParts("", "", "")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]?([0-9]{2})[-/. ]?([0-9]{2})(?:\.0|[T ]00:00.*)?")
_YEAR_FIRST_SHORT = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_YEAR_ONLY = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{2}))?(?:\.0)?")


def date_parts(person: Person) -> DateParts | None:
    """The date; a day and month that can only have been exchanged are put right. None when there is none. Raises Unusable.

    1 January stands for "some day of this year" so often that only the year is kept of it; 1-1-1900 is nothing at all.
    A day that is not on the calendar is kept as it was written: whoever made that slip may have made it twice.
    """
    if not (text := text_of(person.birth_date)):
        return None
    year, month, day = _read(text)
    if not FIRST_YEAR <= int(year) <= LAST_YEAR or (year, month, day) in PLACEHOLDERS:
        raise Unusable("is a placeholder")
    if int(month or 0) > 12 and 1 <= int(day or 0) <= 12:
        month, day = day, month
    if (month, day) == ("01", "01"):
        return DateParts(year, "", "")
    known_month = "" if month == "00" else month
    return DateParts(year, known_month, "" if day == "00" or not known_month else day)


PLACEHOLDERS = frozenset({("1900", "01", "01"), ("1900", "00", "00"), ("2099", "12", "31"), ("1900", "", "")})


def _read(text: str) -> tuple[str, str, str]:
    for form in (_YEAR_FIRST, _YEAR_FIRST_SHORT):
        if found := form.fullmatch(text):
            return found[1], found[2].zfill(2), found[3].zfill(2)
    if found := _YEAR_LAST.fullmatch(text):
        return found[3], found[2].zfill(2), found[1].zfill(2)
    if found := _YEAR_ONLY.fullmatch(text):
        return found[1], found[2] or "", ""
    raise Unusable("is not a date YYYY-MM-DD")
