"""Values that mean "not known", and words that do not tell names apart. Part of canonicalisation v1: changing one changes tokens."""

import re

PREFIXES = frozenset({
    "aan", "al", "bij", "d", "da", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "el", "het", "in", "l", "la", "le",
    "onder", "op", "over", "s", "t", "te", "ten", "ter", "uit", "v", "van", "vd", "vdn", "vdr", "von", "voor", "zu",
})  # fmt: skip
"""Words before a surname: they move between fields, are abbreviated and left out, so they are no part of its canonical form."""

UNKNOWN = frozenset({
    "anoniem", "anonymous", "dummy", "nb", "nn", "noname", "nvt", "onb", "onbekend", "onbekende", "test", "unbekannt", "unknown",
    "xx", "xxx",
})  # fmt: skip
"""Words that are nobody's name."""

FILLERS = frozenset({
    "baby", "dhr", "dochter", "heer", "kind", "man", "meneer", "mevr", "mevrouw", "mw", "naam", "persoon", "vrouw", "zoon",
})  # fmt: skip
"""Words that are no given name, and no surname when one of UNKNOWN stands beside them ("NN man"; but De Man is a name)."""

PHRASES = frozenset({"geen", "geen naam", "niet bekend", "niet van toepassing", "x", "zonder naam"})
"""Whole values that are nobody's name ("Van Geen" is one)."""

BSN = frozenset({"111111110", "123456782", "999999990"})
"""Pass the eleven-test and are typed when a form asks for a number. Nine equal digits are placeholders too."""

POSTCODES = frozenset({"1111AA", "9999XX", "9999ZZ"})
"""Default addresses of forms and systems. 0000AA is no postcode at all."""

FIRST_YEAR, LAST_YEAR = 1901, 2099
"""Birth years that can be meant: 1-1-1900 and 31-12-9999 stand for "not known"."""


def is_placeholder_name(words: list[str], names: list[str]) -> bool:
    """Whether a value is nobody's name. `words`: all of it; `names`: without prefixes. "N.N." is "nn"."""
    if " ".join(words) in PHRASES:
        return True
    return any(_is_nobody(_initials_joined(part)) for part in (words, names))


def _is_nobody(words: list[str]) -> bool:
    return any(word in UNKNOWN for word in words) and all(word in UNKNOWN | FILLERS for word in words)


def _initials_joined(words: list[str]) -> list[str]:
    return re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", " ".join(words)).split()


def is_placeholder_number(text: str) -> bool:
    """Whether a client number is none: nothing but zeros or signs, five or more nines, or a word for "not known"."""
    kept = "".join(c for c in text.casefold() if c.isalnum())
    return not kept.strip("0") or (len(kept) >= 5 and not kept.strip("9")) or kept in UNKNOWN | {"geen", "x"}
