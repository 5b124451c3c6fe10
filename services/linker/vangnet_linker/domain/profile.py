"""Identity profiles as the register keeps them: the keyed tokens of one sealed identity, and whose it is now."""

import msgspec

from vangnet_linker.domain.linkage.pattern import Profile as Identity

# A token as the linker knows it: kind (1 byte), space (2 bytes), keyed hash (16 bytes). Equal bytes = equal token.
Token = bytes
TOKEN_BYTES = 19
SPACE_BITS = 12
SCHEMES = {"v1": 0, "v2": 1}
"""The upper four bits of a space. The lower twelve are the epoch."""


class Profile(msgspec.Struct, kw_only=True):
    """One identity as it was sent. `birth` = log offset of the event that first brought it: lower is earlier.

    `group` = birth of the earliest profile of the same person; `component` = a name for the profiles that it hangs together
    with by edges, sure or not; `triggers`, `hidden` and `objections` count its events that open a record, that nobody sees,
    and that restrict the person (objection.py).
    `tentative`: alone, though there is somebody whom it may be. `partner` sent it: it keeps the client number. `mark`: of
    the linkage by which it was last compared with all its candidates.
    """

    birth: int
    digest: bytes
    person: bytes
    partner: str
    tokens: frozenset[Token]
    component: int
    group: int
    tentative: bool = False
    events: int = 0
    triggers: int = 0
    hidden: int = 0
    objections: int = 0
    mark: int = 0


def space(scheme: str, epoch: int) -> int:
    """Tokens of another scheme or epoch are other names for the same: they are compared within one space only."""
    return SCHEMES[scheme] << SPACE_BITS | epoch


def identity(tokens: frozenset[Token], partner: str) -> Identity:
    """As it is weighed."""
    return Identity({int.from_bytes(token[1:3]) << 8 | token[0]: token[3:] for token in tokens}, partner)


def search_key(token: Token) -> int:
    """Eight bytes of the keyed hash, signed: what is searched for. Two tokens may share one; the whole is compared after."""
    return int.from_bytes(token[3:11], signed=True)
