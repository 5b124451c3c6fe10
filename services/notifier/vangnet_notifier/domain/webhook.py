"""A webhook: how it is signed (Standard Webhooks 1.0, symmetric), and what an answer means."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret, as the standard has it
MOST_SECRETS = 2  # the new one and, while it is being replaced, the old one
OK = range(200, 300)
GONE = 410


def secret_bytes(secret: str) -> bytes:
    """The key in `whsec_<base64>`. Raises ValueError, without the secret in it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(f"a secret is {PREFIX} and base64 of {SHORTEST} to {LONGEST} bytes")
    return key


def signature(keys: Sequence[bytes], identifier: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The three headers. One signature for each key, so that a receiver that knows either accepts it."""
    seconds = str(int(moment.timestamp()))
    signed = b".".join((identifier.encode(), seconds.encode(), body))
    macs = (hmac.digest(key, signed, hashlib.sha256) for key in keys)
    return {
        "webhook-id": identifier,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs),
    }


def wait_asked(retry_after: str | None, now: datetime) -> timedelta | None:
    """What `Retry-After` (RFC 9110, 10.2.3) asks: seconds or a date. None when it says nothing that can be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(timedelta(), (at if at.tzinfo else at.replace(tzinfo=UTC)) - now)
