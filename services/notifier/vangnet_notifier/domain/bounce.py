"""A mail that came back: what a delivery status notification (RFC 3464) says, and about which mail."""

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage, Message

import msgspec

OURS = re.compile(r"<?([0-9a-f]{32})@")


class Bounce(msgspec.Struct, frozen=True):
    """The mail named `delivery` will not arrive. `status` as in RFC 3463; 5.0.0 when the notification gives none."""

    delivery: str
    status: str


def bounced(raw: bytes) -> Bounce | None:
    """What came back; None for anything else: a delay, a receipt, an out-of-office, a mail that is not one of ours."""
    notification = message_from_bytes(raw, policy=policy.default)
    if notification.get_content_type() != "multipart/report":
        return None
    failed = [fields for fields in _recipients(notification) if str(fields["Action"]).strip().lower() == "failed"]
    delivery = _returned(notification)
    return Bounce(delivery, _status(failed[0])) if failed and delivery else None


def _recipients(notification: EmailMessage) -> Iterator[Message]:
    """The groups of fields about one recipient each; the first group is about the mail."""
    for part in notification.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (group for group in part.walk() if group["Action"])


def _returned(notification: EmailMessage) -> str | None:
    """Our name of the mail that is returned, whole or its headers only."""
    for part in notification.walk():
        # `walk` goes into a mail that is returned whole: its own headers are those of the part inside.
        headers = part
        if part.get_content_type() == "text/rfc822-headers":
            headers = message_from_string(str(part.get_payload()), policy=policy.default)
        if part is not notification and (ours := OURS.match(str(headers["Message-ID"] or "").strip())):
            return ours.group(1)
    return None


def _status(fields: Message) -> str:
    found = re.match(r"[245]\.\d{1,3}\.\d{1,3}", str(fields["Status"] or "").strip())
    return found.group() if found else "5.0.0"
