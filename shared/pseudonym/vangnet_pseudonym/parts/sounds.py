"""How a name sounds to a Dutch ear: its first letter and its consonants, those that are heard alike written alike."""

import re

_ALIKE = (
    (re.compile(r"sch(?=[rmnpw]|$)"), "s"),  # Schrijver, Bosch
    (re.compile(r"sch"), "sg"),
    (re.compile(r"tsj|tch|tj"), "s"),
    (re.compile(r"sh|sj"), "s"),
    (re.compile(r"ch|kh|gh"), "g"),  # Achmed, Ahmed's "h" is dropped below
    (re.compile(r"ph"), "f"),
    (re.compile(r"th|dt"), "t"),
    (re.compile(r"ck|qu|q|c(?![eiy])"), "k"),
    (re.compile(r"c"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"z"), "s"),
    (re.compile(r"v|w"), "f"),
    (re.compile(r"(?<=[aeiou])[yj](?=[^aeiouy]|$)"), ""),  # -aij-, -ooy
    (re.compile(r"^y(?=[aeiou])"), "j"),  # Yusuf, Joessef
    (re.compile(r"d$"), "t"),
)
_SOFT = re.compile(r"[aeiouyh ]")
_DOUBLED = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """`word`: of a–z and spaces, or "". The first letter stays what it sounds as, also when it is a vowel."""
    for pattern, alike in _ALIKE:
        word = pattern.sub(alike, word)
    return word[:1] + _DOUBLED.sub(r"\1", _SOFT.sub("", word[1:])) if word else ""
