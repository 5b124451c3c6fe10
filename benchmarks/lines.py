"""A partner's lines about people who do not exist: complete enough for every token of the scheme."""

from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.sealed import PLACES, TYPE

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def line_about(number: int, event_id: str, name: str = "") -> dict[str, Any]:
    """One line. The same number (and name) is the same person."""
    at = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    return {
        "id": event_id,
        "type": TYPE,
        "registeredAt": at,
        "occurredAt": at,
        "municipality": PLACES[number % len(PLACES)],
        "details": {},
        "person": {
            "bsn": _bsn(number),
            "clientNumber": f"C-{name}{number}",
            "givenNames": "Anna",
            "surname": "Berg" + _word(number) + name,
            "birthDate": "1980-05-17",
            "postcode": f"{1000 + number % 9000}AB",
            "houseNumber": 1 + number // 9000,
        },
    }


def _word(number: int) -> str:
    """A different one for each number."""
    word = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        word += LETTERS[rest]
    return word


def _bsn(number: int) -> str:
    """Passes the eleven test."""
    digits = [int(digit) for digit in f"9{number:07d}"]
    check = sum(digit * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
    return _bsn(number + 5_000_000) if check == 10 else "".join(map(str, digits)) + str(check)
