"""Finds what may name someone, in fields that everyone on the way can read. Says where and what kind, never the value.

References (`id`, `incident` …) follow rules that a partner can know beforehand: a run of exactly 8 or 9 digits is
always refused, whatever its check digit says. `source`, signature and seal are not looked at.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vangnet_contract.event import EventData
from vangnet_contract.reasons import Problem, Reason
from vangnet_contract.taxonomy import OPAQUE, event_types

from vangnet_ingest.domain.case import Case
from vangnet_ingest.domain.references import event_ids, says_nothing, shown

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


def no_identifier_in_clear(case: Case) -> Iterator[Problem]:
    """Looks through everything that is the partner's own wording."""
    for field, value in _references(case):
        if kind := in_reference(value, case.now):
            yield _problem(field, kind)
    for name, value in case.event.data.details.items():
        if kind := in_text(name) or (None if _is_reference(case, name) else in_text(value)):
            yield _problem(f"data.details.{shown(name)}", kind)


def unknown_members(raw: bytes) -> list[Problem]:
    """The same for what is not a member of an event at all; `raw` is a JSON object that was refused for that."""
    value = json.loads(raw)
    data = value.get("data")
    places = [("", value, _CONTEXT)] + ([("data.", data, _DATA)] if isinstance(data, dict) else [])
    return [
        _problem(path + shown(name), kind)
        for path, members, known in places
        for name in members.keys() - known
        if (kind := in_text(name) or _in_any(members[name]))
    ]


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


def _references(case: Case) -> Iterator[tuple[str, str]]:
    data = case.event.data
    yield from event_ids(case)
    if data.incident is not None:
        yield "data.incident", data.incident
    if case.event.dataschema is not None:
        yield "dataschema", case.event.dataschema
    for name, value in data.details.items():
        if _is_reference(case, name):
            yield f"data.details.{name}", value


def _is_reference(case: Case, detail: str) -> bool:
    event_type = event_types().get(case.event.type)
    return event_type is not None and event_type.details.get(detail) == (OPAQUE,)


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


def _in_any(value: Any) -> str | None:
    """Looks through JSON of any depth."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif kind := in_text(value if isinstance(value, str) else str(value)):
            return kind
    return None


def _problem(field: str, kind: str) -> Problem:
    return Problem(Reason.IDENTIFIER_IN_CLEAR, field, f"holds what looks like {kind}")


_CONTEXT = frozenset(
    ("specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "dssematerial", "data")
)
_DATA = frozenset(EventData.__struct_encode_fields__)
