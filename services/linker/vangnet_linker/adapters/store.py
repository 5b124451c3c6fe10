"""The register in PostgreSQL: everything that a batch may touch comes in a handful of queries, and goes back as arrays."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from vangnet_contract.messages import Tick
from vangnet_contract.taxonomy import RIGHTS_DESK_TYPES
from vangnet_runtime.stage import Statement

from vangnet_linker.adapters.rows import array, pack_profile, pack_row, unpack_profile, unpack_row
from vangnet_linker.app import Message
from vangnet_linker.domain.incoming import Decided, Incoming
from vangnet_linker.domain.linkage.neighbourhood import Linking
from vangnet_linker.domain.profile import Profile, Token, identity, search_key
from vangnet_linker.domain.registry import Registry, Row

NAMED = """
    SELECT key, profile, due, body, NULL::uuid AS root, NULL::bigint AS component FROM event WHERE key = ANY($1::text::uuid[])
    UNION ALL SELECT version, NULL, NULL, NULL, root, NULL FROM event_alias WHERE version = ANY($1::text::uuid[])
    UNION ALL SELECT digest, NULL, NULL, NULL, NULL, component FROM profile WHERE digest = ANY($2::text::uuid[])
"""
DUE = "SELECT key, profile, due, body FROM event WHERE due <= $1"
REACHED = """
    SELECT birth, digest, component, body, mark FROM profile WHERE component IN (
        SELECT unnest($1::text::bigint[])
        UNION SELECT component FROM profile WHERE birth = ANY($2::text::bigint[])
        UNION SELECT component FROM token JOIN profile USING (birth) WHERE token.key = ANY($3::text::bigint[]))
"""
STALE = """
    (SELECT birth, digest, component, body, mark FROM profile WHERE mark < $1 ORDER BY mark, birth LIMIT $2)
    UNION ALL (SELECT birth, digest, component, body, mark FROM profile WHERE mark > $1 ORDER BY mark, birth LIMIT $2)
"""
MOST_STALE = 100
"""Profiles that a Tick compares anew at most."""
ROWS_OF = "SELECT key, profile, due, body FROM event WHERE profile = ANY($1::text::bigint[])"


async def load(connection: Any, messages: Sequence[Message], linking: Linking) -> Registry:
    """The registry for a batch."""
    incoming = [message for message in messages if isinstance(message, Incoming)]
    decided = {root for message in messages if isinstance(message, Decided) for root in message.roots}
    rows, elsewhere, known = await _named(connection, incoming, decided)
    stale: list[Profile] = []
    if (tick := _latest_tick(messages)) is not None:
        rows |= {row.key: row for row in map(unpack_row, await connection.fetch(DUE, tick))}
        stale = [unpack_profile(row) for row in await connection.fetch(STALE, linking.mark, MOST_STALE)]
    births, tokens = anchors(strangers(incoming, known.keys()), rows.values(), stale)
    where = (array({*known.values()}), array(births), array({search_key(token) for token in tokens}))
    found = await connection.fetch(REACHED, *where)
    profiles = [unpack_profile(row) for row in found]
    complete = must_be_complete(incoming, rows, profiles, linking, stale)
    members = [profile.birth for profile in profiles if profile.component in complete]
    if members:
        rows |= {row.key: row for row in map(unpack_row, await connection.fetch(ROWS_OF, array(members)))}
    registry = Registry(linking, rows.values(), profiles, complete)
    registry.elsewhere = elsewhere
    registry.stale = [profile.birth for profile in stale]
    return registry


def writes(registry: Registry) -> list[Statement]:
    """What the batch changed, in an order that keeps keys unique."""
    rows = [pack_row(registry.rows[key]) for key in sorted(registry.dirty_rows)]
    dirty = [registry.profiles[birth] for birth in sorted(registry.dirty_profiles)]
    profiles = [pack_profile(profile, registry.profiles[profile.group].person) for profile in dirty]
    fresh = [
        (key, profile.birth)
        for profile in dirty
        if profile.birth in registry.born
        for key in sorted({search_key(token) for token in profile.tokens})
    ]
    aliases = [
        (version.hex(), registry.elsewhere[version].hex())
        for version in sorted(registry.named)
        if registry.elsewhere[version] in registry.rows
    ]
    statements = [
        _forget_events(registry.gone_rows),
        _forget_profiles(registry.gone_profiles),
        _save(rows, profiles, fresh, aliases),
    ]
    return [statement for statement in statements if statement is not None]


FORGET_EVENTS = "DELETE FROM event WHERE key = ANY($1::text::uuid[])"
FORGET_PROFILES = """
    WITH profiles AS (DELETE FROM profile WHERE birth = ANY($1::text::bigint[]))
    DELETE FROM token USING unnest($2::text::bigint[], $3::text::bigint[]) AS gone (key, birth)
    WHERE token.key = gone.key AND token.birth = gone.birth
"""
# One statement, because each costs a round trip; references are checked when all of it is done.
SAVE = """
    WITH events AS (
        INSERT INTO event (key, profile, due, body)
        SELECT * FROM unnest($1::text::uuid[], $2::text::bigint[], $3::timestamptz[], $4::bytea[])
        ON CONFLICT (key) DO UPDATE SET profile = excluded.profile, due = excluded.due, body = excluded.body
    ), profiles AS (
        INSERT INTO profile (birth, digest, component, person, body, mark)
        SELECT * FROM unnest($5::text::bigint[], $6::text::uuid[], $7::text::bigint[], $8::text::uuid[], $9::bytea[], $10::text::bigint[])
        ON CONFLICT (birth) DO UPDATE
        SET component = excluded.component, person = excluded.person, body = excluded.body, mark = excluded.mark
    ), tokens AS (
        INSERT INTO token (key, birth) SELECT * FROM unnest($11::text::bigint[], $12::text::bigint[])
    )
    INSERT INTO event_alias (version, root) SELECT * FROM unnest($13::text::uuid[], $14::text::uuid[])
"""
WIDTHS = (4, 6, 2, 2)
AS_LISTS = {2, 3, 8}
"""Columns that are times or bytes."""


class Named(NamedTuple):
    """What bears one of the ids or identities of a batch: rows; roots of corrections and retractions, by the latter's id;
    components of identities (by digest) that are known."""

    rows: dict[bytes, Row]
    elsewhere: dict[bytes, bytes]
    known: dict[bytes, int]


async def _named(connection: Any, incoming: list[Incoming], roots: Set[bytes]) -> Named:
    named = Named({}, {}, {})
    if not incoming and not roots:
        return named
    keys = {key for message in incoming for key in (message.root, message.version)} | roots
    digests = {message.digest for message in incoming}
    for found in await connection.fetch(
        NAMED, *(array(key.hex() for key in sorted(wanted)) for wanted in (keys, digests))
    ):
        key = found["key"].bytes
        if found["root"] is not None:
            named.elsewhere[key] = found["root"].bytes
        elif found["component"] is not None:
            named.known[key] = found["component"]
        else:
            named.rows[key] = unpack_row(found)
    return named


def _latest_tick(messages: Sequence[Message]) -> datetime | None:
    return max((message.at for message in messages if isinstance(message, Tick)), default=None)


def strangers(incoming: list[Incoming], known: Set[bytes]) -> list[Incoming]:
    """Messages about an identity that is not known as a whole. A known one's tokens all lie in its own component."""
    return [message for message in incoming if message.digest not in known]


def anchors(
    incoming: list[Incoming], rows: Iterable[Row], stale: Sequence[Profile] = ()
) -> tuple[set[int], set[Token]]:
    """Births and tokens from which every component that the batch can touch is reached."""
    births = {profile.birth for profile in stale}
    tokens = {token for message in incoming for token in message.tokens}
    tokens |= {token for profile in stale for token in profile.tokens}
    for row in rows:
        if row.profile is not None:
            births.add(row.profile)
        tokens.update(token for waiting in row.waiting for token in waiting.tokens)
    return births, tokens


def must_be_complete(
    incoming: list[Incoming],
    rows: dict[bytes, Row],
    profiles: list[Profile],
    linking: Linking,
    stale: Sequence[Profile] = (),
) -> set[int]:
    """Components in which somebody may move: all but those that only get one more event of a known identity."""
    by_token: dict[Token, list[Profile]] = defaultdict(list)
    for profile in profiles:
        for token in profile.tokens:
            by_token[token].append(profile)
    component = {profile.birth: profile.component for profile in profiles}
    known = {profile.digest: profile.component for profile in profiles}
    complete = {profile.component for profile in profiles if profile.hidden}
    complete |= {component[row.profile] for row in rows.values() if row.profile is not None}
    about: list[Incoming | Profile] = [*_moving(incoming, rows, known.keys()), *stale]
    for one in about:
        near = {profile.birth: profile for token in one.tokens for profile in by_token[token]}
        complete |= {profile.component for profile in _joined(one, near.values(), linking)}
        complete |= {known[one.digest]} if one.digest in known else set()
    return complete


def _joined(one: Incoming | Profile, candidates: Iterable[Profile], linking: Linking) -> Iterable[Profile]:
    """Those that an edge joins to it, or to whom it is about."""
    about = identity(one.tokens, one.partner)
    for profile in candidates:
        if linking.edge(about, identity(profile.tokens, profile.partner)) is not None:
            yield profile


def _moving(incoming: list[Incoming], rows: dict[bytes, Row], known: Set[bytes]) -> list[Incoming]:
    times = Counter(message.root for message in incoming)
    waiting = [message for row in rows.values() for message in row.waiting]
    alone = {root for root, count in times.items() if count == 1 and root not in rows}
    return [message for message in (*incoming, *waiting) if not (message.root in alone and _one_more(message, known))]


def _one_more(message: Incoming, known: Set[bytes]) -> bool:
    return message.kind == "root" and message.digest in known and message.record.type not in RIGHTS_DESK_TYPES


def _forget_events(keys: Collection[bytes]) -> Statement | None:
    return Statement(FORGET_EVENTS, (array(key.hex() for key in sorted(keys)),)) if keys else None


def _forget_profiles(gone: Mapping[int, frozenset[Token]]) -> Statement | None:
    if not gone:
        return None
    tokens = [(search_key(token), birth) for birth in sorted(gone) for token in gone[birth]]
    columns = (array(token for token, _ in tokens), array(birth for _, birth in tokens))
    return Statement(FORGET_PROFILES, (array(sorted(gone)), *columns))


def _save(*tables: Sequence[tuple[Any, ...]]) -> Statement | None:
    """Rows of events, profiles, tokens and aliases, as one array for each column."""
    if not any(tables):
        return None
    columns: list[list[Any]] = []
    for rows, width in zip(tables, WIDTHS, strict=True):
        columns += map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(width))
    return Statement(SAVE, [column if place in AS_LISTS else array(column) for place, column in enumerate(columns)])
