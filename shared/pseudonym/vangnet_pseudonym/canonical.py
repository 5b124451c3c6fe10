"""Canonicalisation v1: one spelling for what people write in many ways. Placeholders become nothing, and say so."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from vangnet_pseudonym.identity import Person

PREFIXES = frozenset(
    [
        "van",
        "de",
        "der",
        "den",
        "het",
        "t",
        "ten",
        "ter",
        "te",
        "in",
        "op",
        "aan",
        "bij",
        "uit",
        "over",
        "onder",
        "voor",
        "s",
        "d",
        "von",
        "zu",
        "la",
        "le",
        "l",
        "du",
        "des",
        "da",
        "do",
        "dos",
        "di",
        "el",
        "al",
    ]
)
UNKNOWN = frozenset(
    [
        "onbekend",
        "unknown",
        "nn",
        "nb",
        "nvt",
        "geen",
        "x",
        "xx",
        "xxx",
        "onb",
        "test",
        "anoniem",
        "anonymous",
        "niet",
        "bekend",
    ]
)
PLACEHOLDER_BSN = frozenset({"000000000", "111111110", "123456782", "999999990", "999999999"})
PLACEHOLDER_POSTCODES = frozenset({"0000AA", "1111AA", "9999ZZ", "9999XX"})
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d", "ĳ": "ij"}
)


class Note(NamedTuple):
    """A field that makes no token, and why."""

    field: str
    rule: str


class Canonical(NamedTuple):
    """The fields of a person in canonical form, "" where there is nothing usable; `notes` say what was left out."""

    bsn: str
    client_number: str
    given_names: str
    surname: str
    birth_date: str
    postcode: str
    house_number: str
    notes: tuple[Note, ...]


def canonical(person: Person) -> Canonical:
    """The canonical form of a person."""
    notes: list[Note] = []
    return Canonical(
        bsn=_bsn(person.bsn, notes),
        client_number=_client_number(person.client_number, notes),
        given_names=_given_names(person.given_names, notes),
        surname=_surname(person.prefix, person.surname, notes),
        birth_date=_birth_date(person.birth_date, notes),
        postcode=_postcode(person.postcode, notes),
        house_number=_house_number(person.house_number, person.house_number_suffix, notes),
        notes=tuple(notes),
    )


def letters(text: str) -> str:
    """Words of a–z only, one space between: no case, diacritics, punctuation; ij and y are one letter."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z]+", " ", plain.replace("'", "").replace("’", "").replace("ij", "y")).split())


def eleven_test(bsn: str) -> bool:
    """The checksum of a Dutch citizen number of nine digits."""
    return sum(int(digit) * weight for digit, weight in zip(bsn, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def _bsn(value: str | None, notes: list[Note]) -> str:
    if not value:
        return ""
    digits = re.sub(r"[\s.]", "", value)
    digits = digits.zfill(9) if re.fullmatch(r"\d{8}", digits) else digits
    if not re.fullmatch(r"[0-9]{9}", digits) or not eleven_test(digits):
        return _nothing(notes, "bsn", "is no citizen number by the eleven-test")
    if digits in PLACEHOLDER_BSN or len(set(digits)) == 1:
        return _nothing(notes, "bsn", "is a placeholder")
    return digits


def _client_number(value: str | None, notes: list[Note]) -> str:
    if not value:
        return ""
    kept = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", value).upper())
    if not kept or not kept.strip("0") or kept.lower() in UNKNOWN:
        return _nothing(notes, "clientNumber", "is a placeholder")
    return kept


def _given_names(value: str | None, notes: list[Note]) -> str:
    if not value:
        return ""
    names = letters(value)
    if not names or names in UNKNOWN:
        return _nothing(notes, "givenNames", "is a placeholder")
    if all(len(name) == 1 for name in names.split()):
        return _nothing(notes, "givenNames", "has initials only")
    return names


def _surname(prefix: str | None, value: str | None, notes: list[Note]) -> str:
    if not value:
        return ""
    words = letters(f"{value} {prefix or ''}".replace("-", " ")).split()
    names = [word for word in words if word not in PREFIXES] or words
    if not names or " ".join(names) in UNKNOWN:
        return _nothing(notes, "surname", "is a placeholder")
    return " ".join(names)


def _birth_date(value: str | None, notes: list[Note]) -> str:
    if not value:
        return ""
    try:
        born = date.fromisoformat(value)
    except ValueError:
        return _nothing(notes, "birthDate", "is not a date YYYY-MM-DD")
    if born.year <= 1900:
        return _nothing(notes, "birthDate", "is a placeholder: nobody alive was born then")
    return born.isoformat()


def _postcode(value: str | None, notes: list[Note]) -> str:
    if not value:
        return ""
    kept = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", kept):
        return _nothing(notes, "postcode", "is not of the form 1234AB")
    if kept in PLACEHOLDER_POSTCODES:
        return _nothing(notes, "postcode", "is a placeholder")
    return kept


def _house_number(number: int | None, suffix: str | None, notes: list[Note]) -> str:
    if number is None:
        return ""
    if not 1 <= number <= 99_999:
        return _nothing(notes, "houseNumber", "must be from 1 to 99999")
    return f"{number}{re.sub(r'[^0-9A-Z]', '', (suffix or '').upper())}"


def _nothing(notes: list[Note], field: str, rule: str) -> str:
    notes.append(Note(field, rule))
    return ""
