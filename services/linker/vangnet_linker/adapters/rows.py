"""How rows and profiles lie in PostgreSQL: a key that is searched for in a column, the rest packed in one value."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from asyncpg.pgproto import pgproto
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


class ProfileBody(msgspec.Struct, array_like=True):
    """A profile without its birth, digest and component. `own` is the person id it was born with."""

    own: bytes
    tokens: list[Token]
    group: int
    tentative: bool
    events: int
    triggers: int
    hidden: int


_encode = msgspec.msgpack.Encoder().encode
_row = msgspec.msgpack.Decoder(RowBody)
_profile = msgspec.msgpack.Decoder(ProfileBody)


def uuid(value: bytes) -> UUID:
    """16 bytes as PostgreSQL's uuid: fixed size, compared fast. The driver's own class: a dozen an event are made."""
    found: UUID = pgproto.UUID(value)
    return found


def pack_row(row: Row) -> tuple[UUID, int | None, datetime | None, bytes]:
    """(key, profile, due, body). What is shown is the record as it is, or nothing."""
    shown = (row.shown[0], row.shown[1].certainty) if row.shown else None
    body = RowBody(row.versions, row.event, row.record, row.rank, shown, row.waiting, row.closed)
    return uuid(row.key), row.profile, row.due, _encode(body)


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
        due=stored["due"],
    )


def _shown(body: RowBody) -> Shown | None:
    if body.shown is None or body.record is None:
        return None
    person, certainty = body.shown
    return person, msgspec.structs.replace(body.record, certainty=certainty)


def pack_profile(profile: Profile, person: bytes) -> tuple[int, UUID, int, UUID, bytes]:
    """(birth, digest, component, person, body); `person` = the id of the person that it belongs to now."""
    body = ProfileBody(
        profile.person,
        sorted(profile.tokens),
        profile.group,
        profile.tentative,
        profile.events,
        profile.triggers,
        profile.hidden,
    )
    return profile.birth, uuid(profile.digest), profile.component, uuid(person), _encode(body)


def unpack_profile(stored: Any) -> Profile:
    """The profile of (birth, digest, component, body)."""
    body = _profile.decode(stored["body"])
    return Profile(
        birth=stored["birth"],
        digest=stored["digest"].bytes,
        person=body.own,
        tokens=frozenset(body.tokens),
        component=stored["component"],
        group=body.group,
        tentative=body.tentative,
        events=body.events,
        triggers=body.triggers,
        hidden=body.hidden,
    )
