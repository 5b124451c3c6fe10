"""A token scheme is data: which combinations of fields become tokens. The same for every partner of a region."""

from typing import NamedTuple

from vangnet_pseudonym.canonical import Canonical, canonical
from vangnet_pseudonym.identity import Person


class TokenKind(NamedTuple):
    """One kind of token. All `fields` of the canonical form are needed; `by_partner`: never matches across partners."""

    number: int
    name: str
    fields: tuple[str, ...]
    by_partner: bool = False


class Scheme(NamedTuple):
    """A version of the scheme. `points` = blinded points for each event, whatever it has: padding hides how much is known."""

    name: str
    kinds: tuple[TokenKind, ...]

    @property
    def points(self) -> int:
        """One for each kind."""
        return len(self.kinds)


class TokenInput(NamedTuple):
    """What goes into the VOPRF for one token."""

    kind: int
    text: bytes


V1 = Scheme(
    "v1",
    (
        TokenKind(1, "bsn", ("bsn",)),
        TokenKind(2, "client", ("client_number",), by_partner=True),
        TokenKind(3, "name", ("given_names", "surname", "birth_date")),
        TokenKind(4, "address", ("surname", "birth_date", "postcode", "house_number")),
    ),
)
SCHEMES = {V1.name: V1}


def token_inputs(person: Person, partner: str, scheme: Scheme = V1) -> list[TokenInput]:
    """The inputs that a person gives: one for each kind whose fields are all there."""
    return inputs_of(canonical(person), partner, scheme)


def inputs_of(fields: Canonical, partner: str, scheme: Scheme = V1) -> list[TokenInput]:
    """As token_inputs, of a canonical form."""
    return [
        TokenInput(kind.number, _text(kind, fields, partner, scheme)) for kind in scheme.kinds if _has(kind, fields)
    ]


def _has(kind: TokenKind, fields: Canonical) -> bool:
    return all(getattr(fields, name) for name in kind.fields)


def _text(kind: TokenKind, fields: Canonical, partner: str, scheme: Scheme) -> bytes:
    r"""`v1|name|jan|berg|1980-05-17`, UTF-8. A bar or backslash within a part is written \| or \\: no two lists give one text."""
    parts = [
        scheme.name,
        kind.name,
        *([partner] if kind.by_partner else []),
        *(getattr(fields, name) for name in kind.fields),
    ]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts).encode()
