"""The admission stamp: what ingest adds to an admitted event, in Kafka record headers, so that its bytes stay untouched."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from vangnet_contract import event, messages

CONTENT_TYPE_HEADER = "content-type"
SEQUENCE_HEADER = "vangnet-seq"

Headers = tuple[tuple[str, bytes], ...]


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent it, on which legal basis, under which policy version, and when it was received (UTC)."""

    partner: str
    basis: str
    policy_version: str
    received_at: datetime

    def headers(self) -> Headers:
        """As record headers."""
        return (
            (CONTENT_TYPE_HEADER, event.CONTENT_TYPE.encode()),
            ("vangnet-partner", self.partner.encode()),
            ("vangnet-basis", self.basis.encode()),
            ("vangnet-policy", self.policy_version.encode()),
            ("vangnet-received-at", self.received_at.astimezone(UTC).isoformat().encode()),
        )


def read_stamp(headers: Iterable[tuple[str, bytes]]) -> Stamp | None:
    """The stamp of an admitted event; None when the record is not one (a control message, or a stranger's)."""
    values = dict(headers)
    try:
        return Stamp(
            partner=values["vangnet-partner"].decode(),
            basis=values["vangnet-basis"].decode(),
            policy_version=values["vangnet-policy"].decode(),
            received_at=datetime.fromisoformat(values["vangnet-received-at"].decode()),
        )
    except (KeyError, ValueError):
        return None


def control_headers() -> Headers:
    """Headers of an internal message on the topic that it shares with admitted events."""
    return ((CONTENT_TYPE_HEADER, messages.CONTENT_TYPE.encode()),)


def is_control(headers: Iterable[tuple[str, bytes]]) -> bool:
    """Whether a record of `events.accepted` is an internal message rather than an event."""
    return dict(headers).get(CONTENT_TYPE_HEADER) == messages.CONTENT_TYPE.encode()
