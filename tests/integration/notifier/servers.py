"""Mail servers that behave badly, really listening."""

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from vangnet_local.ports import LOOPBACK, free_port


class Postbox:
    """An aiosmtpd handler that answers DATA with `answers` in turn, then 250; "hang" answers nothing, "drop" breaks off,
    "greet" and "rcpt" hang before that, "rcpt 550 no" refuses the recipient, "from 530 no" the sender.

    `seen`: Message-ID of every mail handed over; `accepted`: of those answered with 250; `contents`: all
    of it, as handed over.
    """

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.seen: list[str] = []
        self.accepted: list[str] = []
        self.contents: list[bytes] = []
        self.released = threading.Event()
        self.reached = threading.Event()

    @property
    def hangs_next(self) -> bool:
        """Whether the next mail gets no answer."""
        return self._answers[:1] == ["hang"]

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """The beginning."""
        session.host_name = hostname
        await self._hang_at("greet")
        return responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whom it is from."""
        if self._answers[:1] and self._answers[0].startswith("from "):
            return self._answers.pop(0).removeprefix("from ")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whom it is for."""
        await self._hang_at("rcpt")
        if self._answers[:1] and self._answers[0].startswith("rcpt "):
            return self._answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def _hang_at(self, step: str) -> None:
        if self._answers[:1] == [step]:
            self._answers.pop(0)
            self.reached.set()
            while not self.released.is_set():
                await asyncio.sleep(0.05)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """The end of a mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        identifier = str(message_from_bytes(content)["Message-ID"])
        self.seen.append(identifier)
        self.contents.append(content)
        self.reached.set()
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


@contextmanager
def closed_to_us() -> Iterator[int]:
    """A server that refuses whoever connects; its port."""

    class Closed(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"554 no service here\r\n")

    with serving(Closed) as port:
        yield port


@contextmanager
def dying_mid_message() -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes a mail until its headers are in, and then breaks off; its port, and what it read."""
    read: list[bytes] = []

    class Dying(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 dying\r\n")
            while line := self.rfile.readline():
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    read.extend(iter(self.rfile.readline, b"\r\n"))
                    return
                self.wfile.write(b"250 OK\r\n")

    with serving(Dying) as port:
        yield port, read


@contextmanager
def serving(handler: type[socketserver.StreamRequestHandler]) -> Iterator[int]:
    """A server that lets `handler` do as it likes; its port."""
    with socketserver.ThreadingTCPServer((LOOPBACK, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
