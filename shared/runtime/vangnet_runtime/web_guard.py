"""What every answer passes: size limit, security headers, API-Version, a counter. Plain ASGI: streams are not buffered."""

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vangnet_runtime import metrics
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import problem_response

SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
"""Set where a handler has not set its own."""


log = get_logger()


class BodyTooLarge(HTTPException):
    """The body is larger than this door takes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(413, f"the body is larger than {most_bytes} bytes", {"Connection": "close"})


class Guard:
    """Around the whole application."""

    def __init__(self, app: ASGIApp, service: str, version: str, most_bytes: int) -> None:
        self._app = app
        self._service = service
        self._version = version
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = Answer(send, self._version)
        try:
            if _declared_length(scope) > self._most:
                raise BodyTooLarge(self._most)
            await self._app(scope, Limited(receive, self._most), answered)
        except BodyTooLarge as refused:
            await problem_response(413, refused.detail, headers=refused.headers)(scope, receive, answered)
        except Exception as fault:
            log.error("request-failed", method=scope["method"], route=_route(scope), fault=fault)
            if answered.status:  # half an answer is out: the connection has to break
                raise
            await problem_response(500, "the service failed to answer; it has been logged")(scope, receive, answered)
        finally:
            metrics.REQUESTS.labels(self._service, scope["method"], _route(scope), str(answered.status)).inc()


class Limited:
    """A body that stops after so many bytes."""

    def __init__(self, receive: Receive, most_bytes: int) -> None:
        self._receive = receive
        self._most = self._left = most_bytes

    async def __call__(self) -> Message:
        """The next part of the request."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise BodyTooLarge(self._most)
        return message


class Answer:
    """Adds headers on the way out."""

    def __init__(self, send: Send, version: str) -> None:
        self._send = send
        self._version = version
        self.status = 0

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        """The next part of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["API-Version"] = self._version
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
        await self._send(message)


def _route(scope: Scope) -> str:
    """The route's template, never the path: it may hold an id."""
    return str(getattr(scope.get("route"), "path", "unknown"))


def _declared_length(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0
