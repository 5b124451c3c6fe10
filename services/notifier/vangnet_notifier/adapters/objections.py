"""What partners say against the release of an event of theirs: kept beside the alerts, because it may come before any."""

from collections.abc import Sequence

import msgspec
from vangnet_contract.messages import Evidence, PartnerReply
from vangnet_runtime.database import Connection
from vangnet_runtime.stage import Statement

WRITE = """
INSERT INTO release_objection (source, id, partner, about, revision, body) VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
ON CONFLICT (source, id) DO UPDATE SET about = excluded.about, revision = excluded.revision, body = excluded.body
WHERE release_objection.revision <= excluded.revision
"""
FORGET = "DELETE FROM release_objection WHERE (source, id) = ($1, $2)"
ABOUT = """
SELECT body FROM release_objection WHERE (partner, about) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY source, id
"""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(PartnerReply).decode


def objection_statements(said: Sequence[PartnerReply]) -> list[Statement]:
    """One that was taken back is not kept."""
    return [_statement(one) for one in said]


async def objections_to(connection: Connection, items: Sequence[Evidence]) -> list[PartnerReply]:
    """Those about these events, by the partner that sent each."""
    partners, ids = [item.partner for item in items], [item.event.id for item in items]
    return [_decode(body) for (body,) in await connection.fetch(ABOUT, partners, ids)]


def _statement(one: PartnerReply) -> Statement:
    if one.withdrawn:
        return Statement(FORGET, (one.event.source, one.event.id))
    return Statement(
        WRITE, (one.event.source, one.event.id, one.partner, one.about, one.revision, _encode(one).decode())
    )
