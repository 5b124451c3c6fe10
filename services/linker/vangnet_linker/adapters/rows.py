"""How rows and profiles lie in PostgreSQL: a key that is searched for in a column, the rest packed in one value."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from vangnet_contract.messages import Certainty, EventKey, EventRecord

from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.ledger import Version
from vangnet_linker.domain.profile import Profile, Token
from vangnet_linker.domain.registry import Rank, Row, Shown


class RowBody(msgspec.Struct, array_like=True):
    """A row without its key, profile and due time; `shown` = the person and certainty that indicators were told."""

    versions: list[Version]
    event: EventKey | None
    record: EventRecord | None
    rank: Rank | None
    shown: tuple[bytes, Certainty] | None
    waiting: list[Incoming]
    closed: bool
    apart: dict[str, bytes] = {}
    restricted: bool = False


class ProfileBody(msgspec.Struct, array_like=True):
    """A profile without its birth, digest and component. `own` is the person id it was born with."""

    own: bytes
    tokens: list[Token]
    group: int
    tentative: bool
    events: int
    triggers: int
    hidden: int
    partner: str = ""
    objections: int = 0


_encode = msgspec.msgpack.Encoder().encode
_row = msgspec.msgpack.Decoder(RowBody)
_profile = msgspec.msgpack.Decoder(ProfileBody)


def array(values: Iterable[object]) -> str:
    """An array of numbers, hexadecimal digits or NULLs as PostgreSQL reads it from text. The driver's own way asks of every
    element four times whether it is a list; a dozen elements an event are written."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def pack_row(row: Row) -> tuple[str, int | None, datetime | None, bytes]:
    """(key in hexadecimal, profile, due, body). What is shown is the record as it is, or nothing."""
    shown = (row.shown[0], row.shown[1].certainty) if row.shown else None
    body = RowBody(
        row.versions, row.event, row.record, row.rank, shown, row.waiting, row.closed, row.apart, row.restricted
    )
    return row.key.hex(), row.profile, row.due, _encode(body)


def unpack_row(stored: Any) -> Row:
    """The row of (key, profile, due, body)."""
    body = _row.decode(stored["body"])
    return Row(
        key=stored["key"].bytes,
        versions=body.versions,
        event=body.event,
        record=body.record,
        rank=body.rank,
        profile=stored["profile"],
        shown=_shown(body),
        waiting=body.waiting,
        closed=body.closed,
        apart=body.apart,
        restricted=body.restricted,
        due=stored["due"],
    )


def _shown(body: RowBody) -> Shown | None:
    if body.shown is None or body.record is None:
        return None
    person, certainty = body.shown
    return person, msgspec.structs.replace(body.record, certainty=certainty)


def pack_profile(profile: Profile, person: bytes) -> tuple[int, str, int, str, bytes, int]:
    """(birth, digest, component, person, body, mark), digest and person in hexadecimal; `person` = the id of the person that it belongs to now."""
    body = ProfileBody(
        profile.person,
        sorted(profile.tokens),
        profile.group,
        profile.tentative,
        profile.events,
        profile.triggers,
        profile.hidden,
        profile.partner,
        profile.objections,
    )
    return profile.birth, profile.digest.hex(), profile.component, person.hex(), _encode(body), profile.mark


def unpack_profile(stored: Any) -> Profile:
    """The profile of (birth, digest, component, body, mark)."""
    body = _profile.decode(stored["body"])
    return Profile(
        birth=stored["birth"],
        digest=stored["digest"].bytes,
        person=body.own,
        partner=body.partner,
        tokens=frozenset(body.tokens),
        component=stored["component"],
        group=body.group,
        tentative=body.tentative,
        events=body.events,
        triggers=body.triggers,
        hidden=body.hidden,
        objections=body.objections,
        mark=stored["mark"],
    )
