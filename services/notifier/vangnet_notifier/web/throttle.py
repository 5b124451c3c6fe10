"""Not more requests than a person makes, and not more logins than people who mistype: the rest waits and is told how long."""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from vangnet_runtime.problem import problem_response
from vangnet_runtime.web_guard import SECURITY

from vangnet_notifier import metrics
from vangnet_notifier.web.render import Pages
from vangnet_notifier.web.session import KEY

LOGIN = "/inloggen"
FREE = ("/healthz", "/readyz", "/static/")
MOST_KEYS = 10_000


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """A minute: logins from one address, requests of one user (before login: of one address). As many may come at once."""

    logins: int
    requests: int


class Buckets:
    """One bucket for each key that holds `rate` and fills up in a minute. The keys used longest ago are forgotten: they are full
    again by then, or there are more callers than this door is for."""

    def __init__(self, rate: int, elapsed: Callable[[], float]) -> None:
        self._rate = rate
        self._elapsed = elapsed
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Takes one; 0, or the seconds until there is one again."""
        now = self._elapsed()
        left, at = self._buckets.pop(key, (float(self._rate), now))
        left = min(self._rate, left + (now - at) * self._rate / 60)
        wait = 0 if left >= 1 else max(1, ceil((1 - left) * 60 / self._rate))
        self._buckets[key] = (left if wait else left - 1, now)
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return wait


class Throttle:
    """Inside the session, around everything else."""

    def __init__(self, app: ASGIApp, rates: Rates, pages: Pages, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._pages = pages
        self._logins = Buckets(rates.logins, elapsed)
        self._requests = Buckets(rates.requests, elapsed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        door = "login" if scope["path"].startswith(LOGIN) else "request"
        wait = self._wait(scope, door)
        if wait == 0:
            await self._app(scope, receive, send)
            return
        metrics.THROTTLED.labels(door).inc()
        await self._refused(scope["path"], wait)(scope, receive, send)

    def _wait(self, scope: Scope, door: str) -> int:
        address = scope["client"][0] if scope.get("client") else ""
        if door == "login":
            return self._logins.wait(address)
        known = Request(scope).session.get(KEY)
        user = known.get("user") if isinstance(known, dict) else None
        return self._requests.wait(f"user {user}" if user else f"address {address}")

    def _refused(self, path: str, wait: int) -> Response:
        if path.startswith("/v1/"):
            return problem_response(
                429,
                f"Te veel aanvragen. Probeer het over {wait} s opnieuw.",
                headers={**SECURITY, "Retry-After": f"{wait}"},
            )
        page = self._pages.too_many(wait)
        for name, value in {**SECURITY, "Retry-After": f"{wait}"}.items():
            page.headers.setdefault(name, value)
        return page
