"""Whether a text seems to name someone: the rule for what everyone on the way can read, the same at the partner and at ingest.

References (`id`, `incident` …) follow rules that a partner can know beforehand: a run of exactly 8 or 9 digits is
always refused, whatever its check digit says.
"""

import re
from collections.abc import Iterator
from datetime import datetime

KEYED_FORM = re.compile(r"[a-p]{32}")
"""What `vangnet-partner` makes of an own id: a keyed hash in letters."""
REFERENCE_FORM = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
REFERENCE_RULE = "must be 1 to 64 letters, digits or . _ : / -"
UUID_FORM = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")

YEARS_OF_REFERENCES = 5
"""A date in a reference is that of the event when it is younger, else it may be a date of birth (retention: 5 years)."""

IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LT": 20, "LU": 20, "LV": 21, "MA": 28,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SR": 28, "TR": 26,
}  # fmt: skip
"""Characters of an IBAN by country (SWIFT IBAN registry)."""

_WORTH_A_LOOK = re.compile(r"[0-9@]")
_EIGHT_OR_NINE = re.compile(r"(?<!\d)\d{8,9}(?!\d)", re.ASCII)
_SPACED_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){7,8}(?![ .-]?\d)", re.ASCII)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,27}(?![A-Za-z0-9])", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+31|0031|0)[1-9]\d{8}(?!\d)", re.ASCII)
_SPACED_TELEPHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)31[ .-]?(?:\(0\)[ .-]?)?|\(?0)[1-9](?:[ .()-]{0,2}\d){8}(?!\d)", re.ASCII
)
_DATE = re.compile(
    r"(?<!\d)(?:((?:18|19|20)\d\d)[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]((?:18|19|20)\d\d))(?!\d)",
    re.ASCII,
)


def says_nothing(reference: str) -> bool:
    """Whether a reference has one of the two forms that cannot hold an identifier."""
    return bool(KEYED_FORM.fullmatch(reference) or UUID_FORM.fullmatch(reference))


def in_reference(text: str, now: datetime) -> str | None:
    """What a reference seems to hold; None: nothing. Keyed ids and UUIDs hold nothing."""
    if not _WORTH_A_LOOK.search(text) or says_nothing(text):
        return None
    if _EIGHT_OR_NINE.search(text):
        return "a number of 8 or 9 digits"
    if any(year <= now.year - YEARS_OF_REFERENCES for year in _years(text)):
        return "a date of birth"
    return _iban_or_email(text) or ("a telephone number" if _TELEPHONE.search(text) else None)


def in_text(text: str) -> str | None:
    """What a text seems to hold; None: nothing."""
    if not _WORTH_A_LOOK.search(text):
        return None
    if any(passes_eleven_test(number) for number in _numbers(text)):
        return "a BSN"
    if kind := _iban_or_email(text):
        return kind
    if _TELEPHONE.search(text) or _SPACED_TELEPHONE.search(text):
        return "a telephone number"
    return "a date of birth" if any(_years(text)) else None


def passes_eleven_test(digits: str) -> bool:
    """The BSN's check (8 digits: with a leading zero): weights 9 … 2 and −1, the sum a multiple of 11."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits.zfill(9), strict=True))
    return total % 11 == 0 and any(digit != "0" for digit in digits)


def starts_with_iban(text: str) -> bool:
    """Country, length and check digits (ISO 13616, mod 97); it ends where the text or a separator ends."""
    compact = ""
    for part in re.split(r"[ .-]", text.upper()):
        compact += part
        if IBAN_LENGTHS.get(compact[:2]) == len(compact) and _mod_97(compact[4:] + compact[:4]) == 1:
            return True
    return False


def _mod_97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97


def _iban_or_email(text: str) -> str | None:
    if any(starts_with_iban(found[0]) for found in _IBAN.finditer(text)):
        return "an IBAN"
    return "an e-mail address" if _EMAIL.search(text) else None


def _numbers(text: str) -> Iterator[str]:
    for found in (*_EIGHT_OR_NINE.finditer(text), *_SPACED_NUMBER.finditer(text)):
        yield re.sub(r"[ .-]", "", found[0])


def _years(text: str) -> Iterator[int]:
    for found in _DATE.finditer(text):
        yield int(found[1] or found[2])
