"""Canonicalisation v1: one spelling for what people write in many ways. Placeholders become nothing, and say so.

Every rule is part of the token scheme: partners in other languages follow the golden vectors (docs/vectors.md).
"""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from vangnet_pseudonym import placeholders
from vangnet_pseudonym.identity import Person

MOST_CHARACTERS = 200
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d", "ħ": "h"}
)
APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ′", "'"))
_NO_TEXT = frozenset({"Cs", "Cn", "Co"})  # half surrogate pairs, unassigned, private use
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


class Note(NamedTuple):
    """A field that makes no token, and why. Never a value."""

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


class Unusable(ValueError):
    """A value that makes no token; the text is the rule."""


def canonical(person: Person) -> Canonical:
    """The canonical form of a person."""
    forms: dict[str, str] = {}
    notes: list[Note] = []
    for name, rule in RULES.items():
        try:
            forms[name] = rule(person)
        except Unusable as why:
            forms[name] = ""
            notes.append(Note(_CAMEL.get(name, name), str(why)))
    return Canonical(**forms, notes=tuple(notes))


def _bsn(person: Person) -> str:
    """Nine digits that pass the eleven-test; a lost leading zero is put back."""
    if not (text := text_of(person.bsn)):
        return ""
    digits = re.sub(r"[\s.\-]", "", text)
    digits = digits.zfill(9) if re.fullmatch(r"[0-9]{8}", digits) else digits
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise Unusable("is not nine digits")
    if digits in placeholders.BSN or len(set(digits)) == 1:
        raise Unusable("is a placeholder")
    if not eleven_test(digits):
        raise Unusable("is no citizen number by the eleven-test")
    return digits


def _client_number(person: Person) -> str:
    """As the partner writes it: signs and case tell clients apart. Only white space is taken together."""
    if not (text := text_of(person.client_number)):
        return ""
    kept = " ".join(unicodedata.normalize("NFKC", text).split())
    if placeholders.is_placeholder_number(kept):
        raise Unusable("is a placeholder")
    return kept


def _given_names(person: Person) -> str:
    """All given names; a call name in brackets is left out."""
    if not (text := text_of(person.given_names)):
        return ""
    names = letters(re.sub(r"\([^)]*\)", " ", text).translate(APOSTROPHES).replace("'", ""))
    if placeholders.is_placeholder_name(names, names) or all(name in placeholders.FILLERS for name in names):
        raise Unusable("is a placeholder")
    if all(len(name) == 1 for name in names):
        raise Unusable("has initials only")
    return " ".join(names)


def _surname(person: Person) -> str:
    """Without prefixes, wherever they stand; a hyphen is a space. Nothing but prefixes: those, sorted."""
    if not (text := text_of(person.surname)):
        return ""
    prefix = text_of(person.prefix)
    # an apostrophe after one small prefix letter ends a word (d'Hondt, 's-Gravesande); elsewhere it is left out (O'Brien)
    marked = re.sub(r"(?i)\b([dlst])'", r"\1 ", f"{text} {prefix}".translate(APOSTROPHES)).replace("'", "")
    words = letters(marked)
    names = [word for word in words if word not in placeholders.PREFIXES] or sorted(words)
    if placeholders.is_placeholder_name(words, names):
        raise Unusable("is a placeholder")
    return " ".join(names)


def _birth_date(person: Person) -> str:
    """YYYY-MM-DD."""
    if not (text := text_of(person.birth_date)):
        return ""
    try:
        born = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        born = None
    if born is None:
        raise Unusable("is not a date YYYY-MM-DD")
    if not placeholders.FIRST_YEAR <= born.year <= placeholders.LAST_YEAR:
        raise Unusable(f"is a placeholder: the year must be from {placeholders.FIRST_YEAR} to {placeholders.LAST_YEAR}")
    return text


def _postcode(person: Person) -> str:
    """1234AB."""
    if not (text := text_of(person.postcode)):
        return ""
    return dutch_postcode(re.sub(r"\s", "", text).upper())


def dutch_postcode(kept: str) -> str:
    """The postcode, without blanks and in upper case, when it is one and nobody's default. Raises Unusable."""
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", kept):
        raise Unusable("is not of the form 1234AB")
    if kept in placeholders.POSTCODES:
        raise Unusable("is a placeholder")
    return kept


def _house_number(person: Person) -> str:
    """12, or 12-B with a suffix."""
    if person.house_number is None:
        return ""
    if not 1 <= person.house_number <= 99_999:
        raise Unusable("is not from 1 to 99999")
    suffix = re.sub(r"[^0-9A-Z]", "", text_of(person.house_number_suffix).upper())
    return f"{person.house_number}-{suffix}" if suffix else str(person.house_number)


RULES = {
    "bsn": _bsn,
    "client_number": _client_number,
    "given_names": _given_names,
    "surname": _surname,
    "birth_date": _birth_date,
    "postcode": _postcode,
    "house_number": _house_number,
}
_CAMEL = {
    "client_number": "clientNumber",
    "given_names": "givenNames",
    "birth_date": "birthDate",
    "house_number": "houseNumber",
}


def letters(text: str) -> list[str]:
    """The words in a text, of a–z only: no case, diacritics or punctuation; ij and y are one letter. Raises Unusable."""
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_SPECIAL)
    plain = "".join(c for c in folded if not unicodedata.combining(c)).replace("ij", "y")
    words = re.sub(r"[^a-z]+", " ", plain).split()
    if not words:
        raise Unusable("has no letters a–z")
    return words


def eleven_test(bsn: str) -> bool:
    """The checksum of a Dutch citizen number of nine digits."""
    return sum(int(digit) * weight for digit, weight in zip(bsn, _WEIGHTS, strict=True)) % 11 == 0


def text_of(value: str | None) -> str:
    """Without white space around it; "" when there is none. Raises Unusable."""
    if value is None:
        return ""
    if len(value) > MOST_CHARACTERS:
        raise Unusable(f"is longer than {MOST_CHARACTERS} characters")
    if not value.isascii() and any(unicodedata.category(c) in _NO_TEXT for c in value):
        raise Unusable("holds characters that are no text")
    return value.strip()
