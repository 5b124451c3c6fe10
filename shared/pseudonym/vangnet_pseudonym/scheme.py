"""A token scheme is data: which combinations of fields become tokens. The same for every partner of a region."""

from typing import NamedTuple

from vangnet_pseudonym.canonical import Canonical, Note, canonical
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.parts import Parts, parts


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
_COMBINATIONS = (
    (10, ("date", "region")),
    (11, ("given_start", "surname_start", "postcode_characters")),
    (12, ("initials", "date_digits")),
    (13, ("given_start", "date")),
    (14, ("date_digits", "postcode_characters")),
    (15, ("given_sound", "surname_start", "region")),
    (16, ("surname_start", "date")),
    (17, ("initials", "postcode")),
    (18, ("given_end", "postcode")),
    (19, ("surname_sound", "postcode")),
    (20, ("year_day", "postcode_characters")),
    (21, ("surname_start", "year", "postcode_characters")),
    (22, ("given", "surname", "year_month")),
    (23, ("given", "surname", "year_day")),
    (24, ("given", "surname", "month_day")),
    (25, ("given_sound", "surname_sound", "year")),
    (26, ("given_sound", "surname_sound", "month_day")),
    (27, ("month_day", "postcode_characters")),
    (28, ("year_month", "postcode_characters")),
    (29, ("given_end", "date")),
    (30, ("number", "street", "city")),
    (31, ("initials", "number", "street")),
    (32, ("initials", "year", "number", "city")),
    (33, ("initials", "year_month", "city_sound")),
    (34, ("surname_start", "street", "city")),
)
V2 = Scheme(
    "v2",
    (
        *V1.kinds[:2],
        *(TokenKind(number, "+".join(fields), fields) for number, fields in _COMBINATIONS),
    ),
)
"""Combinations of parts (vangnet_pseudonym.parts): each forgives other slips of the pen. Which agree is weighed by the linker."""
SCHEMES = {V1.name: V1, V2.name: V2}


def token_inputs(person: Person, partner: str, scheme: Scheme = V2) -> list[TokenInput]:
    """The inputs that a person gives: one for each kind whose fields are all there."""
    return inputs_of(form_of(person, scheme)[0], partner, scheme)


def form_of(person: Person, scheme: Scheme = V2) -> tuple[Canonical | Parts, tuple[Note, ...]]:
    """What the scheme combines, and what was left out."""
    if scheme is V2:
        return parts(person)
    plain = canonical(person)
    return plain, plain.notes


def inputs_of(fields: Canonical | Parts, partner: str, scheme: Scheme = V2) -> list[TokenInput]:
    """As token_inputs, of a canonical form."""
    return [
        TokenInput(kind.number, _text(kind, fields, partner, scheme)) for kind in scheme.kinds if _has(kind, fields)
    ]


def _has(kind: TokenKind, fields: Canonical | Parts) -> bool:
    return all(getattr(fields, name) for name in kind.fields)


def _text(kind: TokenKind, fields: Canonical | Parts, partner: str, scheme: Scheme) -> bytes:
    r"""`v1|name|jan|berg|1980-05-17`, UTF-8. A bar or backslash within a part is written \| or \\: no two lists give one text."""
    parts = [
        scheme.name,
        kind.name,
        *([partner] if kind.by_partner else []),
        *(getattr(fields, name) for name in kind.fields),
    ]
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts).encode()
