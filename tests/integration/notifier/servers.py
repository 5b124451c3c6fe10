"""Mail servers that behave badly, really listening."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from vangnet_local.ports import LOOPBACK, free_port


class Postbox:
    """An aiosmtpd handler that answers DATA with `answers` in turn, then 250; "hang" answers nothing, "drop" breaks off.

    `seen`: Message-ID of every mail handed over; `accepted`: of those answered with 250.
    """

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.seen: list[str] = []
        self.accepted: list[str] = []
        self.released = threading.Event()

    @property
    def hangs_next(self) -> bool:
        """Whether the next mail gets no answer."""
        return self._answers[:1] == ["hang"]

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The end of a mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        identifier = str(message_from_bytes(content)["Message-ID"])
        self.seen.append(identifier)
        answer = self._answers.pop(0) if self._answers else "250 OK"
        if answer == "hang":
            while not self.released.is_set():
                await asyncio.sleep(0.05)
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        if answer.startswith("250"):
            self.accepted.append(identifier)
        return answer if answer[0].isdigit() else "451 later"


@contextmanager
def listening(postbox: Postbox, port: int | None = None) -> Iterator[int]:
    """A server with that handler; its port."""
    chosen = port or free_port()
    controller = Controller(postbox, hostname=LOOPBACK, port=chosen)
    controller.start()
    try:
        yield chosen
    finally:
        postbox.released.set()
        controller.stop()
