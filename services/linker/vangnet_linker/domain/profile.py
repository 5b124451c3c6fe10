"""Identity profiles: the set of keyed token hashes of one sealed identity, and how two of them compare."""

from collections.abc import Iterable

import msgspec

# A token as the linker knows it: kind (1 byte), epoch (2 bytes), keyed hash (16 bytes). Equal bytes = equal token.
Token = bytes
TOKEN_BYTES = 19

BSN, CLIENT, NAME, ADDRESS = 1, 2, 3, 4  # kinds of token scheme v1
# Sure agreement, strongest first. A lower one never decides against a higher one.
WEIGHTS = {BSN: 4, CLIENT: 3, NAME: 2, ADDRESS: 1}


class Profile(msgspec.Struct, kw_only=True):
    """One identity as it was sent. `birth` = log offset of the event that first brought it: lower is earlier.

    `group` = birth of the earliest profile of the same person; `component` = a name for the profiles that share tokens
    with it, however indirectly; `triggers` and `hidden` count its events that open a record and that nobody sees.
    """

    birth: int
    digest: bytes
    person: bytes
    tokens: frozenset[Token]
    component: int
    group: int
    tentative: bool = False
    events: int = 0
    triggers: int = 0
    hidden: int = 0


def kinds(tokens: Iterable[Token], kind: int) -> frozenset[Token]:
    """The tokens of one kind."""
    return frozenset(token for token in tokens if token[0] == kind)


def contradict(a: frozenset[Token], b: frozenset[Token], kind: int) -> bool:
    """Whether both have tokens of this kind in one epoch, and none in common."""
    mine, theirs = kinds(a, kind), kinds(b, kind)
    return bool(epochs(mine) & epochs(theirs)) and not mine & theirs


def epochs(tokens: Iterable[Token]) -> frozenset[bytes]:
    """The epochs of these tokens, as they stand in them."""
    return frozenset(token[1:3] for token in tokens)


def weight(a: frozenset[Token], b: frozenset[Token]) -> int:
    """How surely two profiles are one person, from what they share: 0 = not surely.

    Different citizen numbers are never one person. Surname, birth date and address alone do not tell twins apart: where
    both give full names and these differ, agreement on the address is not sure.
    """
    if contradict(a, b, BSN):
        return 0
    best = max((WEIGHTS.get(token[0], 0) for token in a & b), default=0)
    return 0 if best == WEIGHTS[ADDRESS] and contradict(a, b, NAME) else best


def known_to_differ(a: frozenset[Token], b: frozenset[Token]) -> bool:
    """Whether something says that these are two people: other citizen numbers, or other names and no shared number."""
    if contradict(a, b, BSN):
        return True
    return contradict(a, b, NAME) and weight(a, b) < WEIGHTS[CLIENT]
