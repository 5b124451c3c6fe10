"""The mail server: takes every mail by SMTP, keeps it in a folder as it came, shows it on a page."""

import itertools
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Blueprint, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from vangnet_local.ports import LOOPBACK


@dataclass(frozen=True)
class Mail:
    """One mail as received: `recipients` are those of the envelope, `text` is its plain-text part."""

    number: int
    received_at: str
    sender: str
    recipients: list[str]
    subject: str
    message_id: str
    text: str


class Mailbox:
    """All mails of the platform, in order of arrival; survives a restart. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        files = sorted(folder.glob("*.eml"))
        self._mails = [_parse(int(file.stem), file.read_bytes()) for file in files]
        self._numbers = itertools.count(self._mails[-1].number + 1 if self._mails else 1)
        self._lock = threading.Lock()

    def keep(self, sender: str, recipients: list[str], content: bytes, now: datetime) -> Mail:
        """On disk when it returns. The envelope goes in front, as mail servers note it."""
        envelope = (
            f"X-Received-At: {now.isoformat()}\r\nReturn-Path: {sender}\r\nDelivered-To: {','.join(recipients)}\r\n"
        )
        raw = envelope.encode() + content
        with self._lock:
            number = next(self._numbers)
            fresh = self._folder / f"{number:08}.new"
            fresh.write_bytes(raw)
            fresh.rename(fresh.with_suffix(".eml"))
            mail = _parse(number, raw)
            self._mails.append(mail)
        return mail

    def all(self) -> list[Mail]:
        """Oldest first."""
        with self._lock:
            return list(self._mails)

    def find(self, number: int) -> Mail | None:
        """The mail with that number."""
        return next((mail for mail in self.all() if mail.number == number), None)


class Receiver:
    """aiosmtpd's handler: a mail is acknowledged (250) after it is on disk."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The end of a mail's DATA command."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self._mailbox.keep(envelope.mail_from or "", list(envelope.rcpt_tos), raw, datetime.now(UTC))
        return "250 OK"


def start_server(mailbox: Mailbox, port: int, listen: str = LOOPBACK) -> Controller:
    """An SMTP server in a thread of its own."""
    controller = Controller(Receiver(mailbox), hostname=listen, port=port, enable_SMTPUTF8=True)
    controller.start()
    return controller


def pages(mailbox: Mailbox) -> Blueprint:
    """/mails and /mails/<number>, for people; the same with `Accept: application/json`."""
    blueprint = Blueprint("mails", __name__)

    @blueprint.get("/mails")
    def list_mails() -> ResponseReturnValue:
        mails = mailbox.all()
        if _wants_json():
            return jsonify([asdict(mail) for mail in mails])
        return render_template("mails.html", mails=mails[::-1])

    @blueprint.get("/mails/<int:number>")
    def show_mail(number: int) -> ResponseReturnValue:
        mail = mailbox.find(number) or abort(404)
        return jsonify(asdict(mail)) if _wants_json() else render_template("mail.html", mail=mail)

    return blueprint


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _parse(number: int, raw: bytes) -> Mail:
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        number=number,
        received_at=str(message["X-Received-At"]),
        sender=str(message["Return-Path"]),
        recipients=str(message["Delivered-To"]).split(","),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or "").strip(),
        text=str(body.get_content()) if body is not None else "",
    )
