"""`vangnet-notifier alerts`: every alert with the person and the evidence. Only where nobody real is in it."""

from collections.abc import Callable
from typing import TextIO

import msgspec
from vangnet_contract.messages import Evidence
from vangnet_runtime.database import Connection

from vangnet_notifier.adapters.trail import note
from vangnet_notifier.domain.alert import Alert, Episode
from vangnet_notifier.domain.trail import Entry

ALL = "SELECT body FROM alert ORDER BY raised_at, id"

_decode = msgspec.json.Decoder(Alert).decode


async def export_alerts(connection: Connection, out: TextIO, said: Callable[[int], Entry]) -> None:
    """One JSON object a line, oldest first. `said` gives the line of the trail for a number of alerts: written before they are."""
    async with connection.transaction():
        rows = await connection.fetch(ALL)
        await note(connection, said(len(rows)))
    for row in rows:
        out.write(msgspec.json.encode(exported(_decode(row["body"]))).decode() + "\n")


def exported(alert: Alert) -> dict[str, object]:
    """Counts are those of the newest episode, evidence of all; a withdrawn alert has none left."""
    newest = alert.newest
    return {
        "id": alert.id,
        "rule": alert.rule,
        "person": alert.person,
        "state": alert.state,
        "raisedAt": alert.raised_at,
        "endedAt": alert.ended_at,
        "lead": alert.lead,
        "occurrences": newest.occurrences if newest else 0,
        "events": newest.events if newest else 0,
        "evidence": _keys(alert.evidence),
        "owner": alert.owner,
        "choice": alert.choice,
        "escalatedAt": alert.escalated_at,
        "episodes": [_episode(episode) for episode in alert.episodes],
    }


def _episode(episode: Episode) -> dict[str, object]:
    return {
        "signal": episode.signal,
        "crossedAt": episode.crossed_at,
        "raisedAt": episode.raised_at,
        "endedAt": episode.ended_at,
        "lead": episode.lead,
        "occurrences": episode.occurrences,
        "events": episode.events,
        "evidence": _keys(episode.evidence),
    }


def _keys(evidence: tuple[Evidence, ...]) -> list[list[str]]:
    return [[item.event.source, item.event.id] for item in evidence]
