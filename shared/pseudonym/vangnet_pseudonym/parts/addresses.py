"""Dutch addresses: what is left when abbreviations, titles and additions are taken away."""

import re
import unicodedata

from vangnet_pseudonym import placeholders
from vangnet_pseudonym.canonical import APOSTROPHES, Unusable, dutch_postcode, letters, text_of
from vangnet_pseudonym.identity import Person

_LEFT_OUT = frozenset({
    "aan", "b", "burg", "burgemeester", "d", "de", "den", "der", "doctor", "dominee", "dr", "drs", "ds", "gen", "generaal", "gr",
    "graaf", "het", "ing", "ingenieur", "ir", "jhr", "jonkheer", "kapelaan", "kon", "koning", "koningin", "l", "mgr", "monseigneur",
    "mr", "op", "over", "pastoor", "past", "pr", "president", "pres", "prins", "prinses", "prof", "professor", "s", "sint", "st", "t",
    "te", "ten", "ter", "v", "van", "vd", "wethouder", "weth",
})  # fmt: skip
"""Titles and small words of street names: written out, abbreviated or left out as it comes."""
_NUMBERS = {"1e": "eerste", "2e": "tweede", "3e": "derde", "4e": "vierde", "5e": "vijfde"}
_CITIES = {"gravenhage": "haag", "hertogenbosch": "bosch", "shertogenbosch": "bosch", "sgravenhage": "haag"}
_CITY_WORDS = frozenset(
    {
        "aan",
        "ad",
        "d",
        "de",
        "den",
        "der",
        "het",
        "op",
        "s",
        "t",
        "bij",
        "nb",
        "zh",
        "nh",
        "gld",
        "ov",
        "li",
        "fr",
        "gem",
    }
)


def postcode(person: Person) -> str:
    """1234AB. Raises Unusable."""
    kept = foreign_postcode(person)
    return dutch_postcode(kept) if kept else ""


def foreign_postcode(person: Person) -> str:
    """Letters and digits of any postcode, in upper case. Raises Unusable."""
    text = unicodedata.normalize("NFKC", text_of(person.postcode)).upper()
    kept = re.sub(r"[^0-9A-Z]", "", re.sub(r"\.0$|^NL[- ](?=[0-9])", "", text))
    if text and (not kept or len(kept) > 10 or not kept.strip("0")):
        raise Unusable("is no postcode")
    return kept


def number(person: Person) -> str:
    """Without its addition, which is written in too many ways to tell people apart by. Nothing when out of range."""
    found = person.house_number
    return str(found) if found is not None and 1 <= found <= 99_999 else ""


def street(person: Person) -> str:
    """Letters of the street's own name: "Burg. van den Bergstr." → bergstr."""
    numbered = re.sub(r"\b([1-5]e)\b", lambda found: _NUMBERS[found[1]], text_of(person.street).casefold())
    return _name(numbered, _LEFT_OUT)


def city(person: Person) -> str:
    """Letters of the city's name: "'s-Gravenhage" → haag, as "Den Haag"."""
    found = _name(re.sub(r"\([^)]*\)", " ", text_of(person.city)), _CITY_WORDS)
    return _CITIES.get(found, found)


def _name(text: str, left_out: frozenset[str]) -> str:
    try:
        words = letters(re.sub(r"(?i)(?<!\w)([dst])'|'([st])\b", r"\1\2 ", text.translate(APOSTROPHES)))
    except Unusable:
        return ""
    if placeholders.is_placeholder_name(words, words):
        return ""
    return "".join(word for word in words if word not in left_out) or "".join(words)
