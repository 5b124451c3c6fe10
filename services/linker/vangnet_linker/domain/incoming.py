"""An admitted event, opened: what the linker decides on."""

from datetime import datetime
from typing import Literal

import msgspec
from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.reasons import Problem

from vangnet_linker.domain.profile import Token

VersionKind = Literal["root", "correction", "retraction"]


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One admitted event with its tokens in keyed form.

    `root` and `version` are keyed hashes (16 bytes) of source + id, of the root and of this event; `identities` holds a
    keyed hash of the sorted tokens for each space (scheme and epoch), `content` one of everything else that makes two events the same.
    `digest` names the set of tokens; `person` is the id of a person who is first seen with this event.
    """

    offset: int
    root: bytes
    version: bytes
    kind: VersionKind
    event: EventKey
    id: str
    partner: str
    registered_at: datetime
    received_at: datetime
    content: bytes
    identities: dict[int, bytes]
    tokens: frozenset[Token]
    digest: bytes
    person: bytes
    record: EventRecord


class Unopenable(msgspec.Struct, frozen=True, kw_only=True):
    """An event that ingest admitted and that cannot be used after all: forged, altered, or sealed wrongly."""

    offset: int
    event: EventKey
    id: str
    partner: str
    digest: str
    received_at: datetime
    problems: list[Problem]


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's heartbeat: all that it registered up to `up_to` came before this."""

    offset: int
    event: EventKey
    partner: str
    up_to: datetime


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A desk's decision that two events are not about one person, or its revocation. `roots`: as Incoming has them."""

    decision: str
    roots: tuple[bytes, bytes]
    at: datetime
    revoked: bool
