"""Given names and surnames as they are written in the Netherlands. They raise Unusable where there is nobody's name."""

import re

from vangnet_pseudonym import placeholders
from vangnet_pseudonym.canonical import APOSTROPHES, Unusable, letters, text_of
from vangnet_pseudonym.identity import Person

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_PREFIX_LETTER = re.compile(r"(?i)(?<!\w)([dlst])'")
_MAIDEN = re.compile(r"(?i)\b(?:geb\.?|geboren|e/?[vg]|wed\.?(?: van)?|gesch\.?)(?=\s)")
MOST_OF_AN_INITIAL = 3  # letters: Th., Joh.
_TITLES = frozenset({"dr", "drs", "ds", "ing", "ir", "jhr", "jkvr", "jr", "mr", "prof", "sr"})


def given(person: Person) -> str | None:
    """The first given name; a single letter when only initials are known; None when nothing is."""
    if not (text := text_of(person.given_names)):
        return None
    outside = _BRACKETS.sub(" ", text.translate(APOSTROPHES)).replace("'", "")
    words = letters(outside)
    if placeholders.is_placeholder_name(words, words) or all(word in placeholders.FILLERS for word in words):
        raise Unusable("is a placeholder")
    first = next((word for word in words if word not in placeholders.FILLERS | _TITLES), words[0])
    abbreviated = re.search(rf"(?i)\b{first}\.", outside) and len(first) <= MOST_OF_AN_INITIAL
    return first[0] if abbreviated else first


def surname(person: Person) -> str | None:
    """One's own name, which marriage does not change: the last of a double one, without prefixes. None when nothing is known."""
    if not (text := text_of(person.surname)):
        return None
    text = _BRACKETS.sub(" ", text.translate(APOSTROPHES))
    last, _, first = text.partition(",")  # "Berg, van der": what comes behind the comma are prefixes or given names
    words = _words(f"{first} {last}" if _prefixes_only(first) else last)
    names = [word for word in words if word not in placeholders.PREFIXES | _TITLES]
    if placeholders.is_placeholder_name(words, names):
        raise Unusable("is a placeholder")
    if not names:
        return "".join(sorted({*words, *_words(text_of(person.prefix))}))
    return _own(text, names)


def _own(text: str, names: list[str]) -> str:
    """Of "Jansen-de Vries" and "Jansen e/v de Vries" the one that was hers at birth."""
    for piece in reversed(re.split(r"[-–—]", _MAIDEN.sub("-", text))):
        own = [word for word in _words(piece) if word in names]
        if own:
            return "".join(_after_prefix(_words(piece), own))
    return "".join(names)


def _after_prefix(words: list[str], own: list[str]) -> list[str]:
    """Of "Jansen de Vries": Vries. A prefix within a name begins another name."""
    for place in range(len(words) - 1, 0, -1):
        behind = [word for word in words[place + 1 :] if word in own]
        if words[place] in placeholders.PREFIXES and words[place - 1] in own and behind:
            return behind
    return own


def _prefixes_only(text: str) -> bool:
    return bool(text.strip()) and all(word in placeholders.PREFIXES for word in _words(text))


def _words(text: str) -> list[str]:
    try:
        return letters(_PREFIX_LETTER.sub(r"\1 ", text).replace("'", ""))
    except Unusable:
        return []
