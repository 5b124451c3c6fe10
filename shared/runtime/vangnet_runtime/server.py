"""An HTTP server (uvicorn) as one part of a service, on the service's own event loop and without signal handlers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from vangnet_runtime.refusal import CannotStart

BACKLOG = 1_024


class HttpServer(uvicorn.Server):
    """Listens from the moment it is made, so that a port in use is told at once."""

    def __init__(self, app: ASGIApp, host: str, port: int, setting: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                limit_concurrency=1_000,
            )
        )
        self._socket = listen(host, port, setting)

    @property
    def port(self) -> int:
        """The port that it got."""
        return int(self._socket.getsockname()[1])

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the host's."""
        yield

    async def run(self) -> None:  # type: ignore[override]  # uvicorn's own `run` makes an event loop
        """Answers until `stop`."""
        await self.serve(sockets=[self._socket])

    def stop(self) -> None:
        """Takes no new connections and lets requests end."""
        self.should_exit = True


def listen(host: str, port: int, setting: str) -> socket.socket:
    """A socket that takes connections from now on; `setting` is the variable to change when that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as fault:
        bound.close()
        raise CannotStart(f"cannot listen on {host}:{port} ({fault.strerror}): set {setting} to a free port") from None
    return bound
