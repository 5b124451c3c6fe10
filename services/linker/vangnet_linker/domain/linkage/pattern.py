"""How two identity profiles compare: which kinds of token agree, and which both have and differ."""

from collections.abc import Mapping
from typing import NamedTuple

BSN, CLIENT = 1, 2
COMBINATIONS = -1 << 10
"""The kinds that are weighed. Below them are numbers, and the kinds of scheme v1, which only its own profiles have."""
KIND = 0xFF

Tokens = Mapping[int, bytes]
"""By kind, and above its eight bits the space: tokens of another scheme or epoch are other names, never compared."""


class Profile(NamedTuple):
    """One identity as it was sent. `partner` is whoever keeps the client number; "" when it does not matter."""

    tokens: Tokens
    partner: str = ""


class Pattern(NamedTuple):
    """Sets of kinds, as bits: kind k is bit k."""

    agree: int
    differ: int

    def agrees(self, kind: int) -> bool:
        """Whether both have the same token of this kind."""
        return bool(self.agree >> kind & 1)

    def differs(self, kind: int) -> bool:
        """Whether both have a token of this kind, and not the same."""
        return bool(self.differ >> kind & 1)


def compare(a: Profile, b: Profile) -> Pattern:
    """The pattern of two profiles; it is the same both ways. Client numbers of two partners are not compared."""
    agree = differ = 0
    theirs = b.tokens
    for key, token in a.tokens.items():
        other = theirs.get(key)
        if other == token:
            agree |= 1 << (key & KIND)
        elif other is not None and (key & KIND != CLIENT or a.partner == b.partner):
            differ |= 1 << (key & KIND)
    return Pattern(agree, differ & ~agree)


_GIVEN = sum(1 << kind for kind in (11, 13, 15, 18, 22, 23, 24, 25, 26, 29))
_SURNAME_AND_BIRTH = 1 << 16 | 1 << 21


def only_given_names_differ(pattern: Pattern) -> bool:
    """Surname and birth agree, and no kind that holds the given name does though both know it: twins, or one slip of the pen."""
    return bool(pattern.agree & _SURNAME_AND_BIRTH and pattern.differ & _GIVEN and not pattern.agree & _GIVEN)
