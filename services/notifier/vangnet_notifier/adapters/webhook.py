"""Webhooks over HTTPS, to addresses that were looked at first.

A name is resolved once, every address it has is checked, and the connection goes to one of those addresses: the name stands only in
the Host header and in the certificate. No proxy, no redirect, a bounded answer.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import httpx2
import msgspec
from vangnet_contract.policy import People
from vangnet_runtime.clock import Clock

from vangnet_notifier.domain.addresses import Address, Network, may_be_called, parsed
from vangnet_notifier.domain.webhook import GONE, OK, signature, wait_asked
from vangnet_notifier.mails.cloud_event import CONTENT_TYPE
from vangnet_notifier.postman import Delivery, Receipt

STEP_TIMEOUT = 10.0  # seconds for connecting, sending or each piece of the answer; the postman bounds the whole
LONGEST_ANSWER = 65536  # bytes read of an answer; what it says is not used
FORBIDDEN = Receipt(result="forbidden", permanent=True)


class Composer(Protocol):
    """Makes the body of a delivery: the same bytes each time."""

    def compose(self, delivery: Delivery) -> bytes:
        """The body."""
        ...


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """`allowed`: networks beside the public ones; `plain`: whether http:// will do. Both for the local profile."""

    allowed: tuple[Network, ...] = ()
    plain: bool = False


class HttpWebhooks:
    """Sends webhooks to the targets of the policy in force. `secrets`: name of a target → one key, or two while the first replaces
    the second."""

    def __init__(
        self,
        people: Callable[[], People],
        secrets: Mapping[str, Sequence[bytes]],
        composer: Composer,
        *,
        clock: Clock,
        limits: Limits = Limits(),
        step_timeout: float = STEP_TIMEOUT,
        certificates: ssl.SSLContext | None = None,
    ) -> None:
        self._people = people
        self._secrets = secrets
        self._composer = composer
        self._clock = clock
        self._limits = limits
        self._timeout = step_timeout
        self._certificates = certificates or ssl.create_default_context()

    async def send(self, delivery: Delivery) -> Receipt:
        """One attempt. Does not raise for what a server, a resolver or a network does. Nothing goes out unsigned."""
        target, keys = self._people().webhooks.get(delivery.email), self._secrets.get(delivery.email)
        if target is None or not keys:
            return Receipt(result="not-configured")
        body = self._composer.compose(delivery)
        headers = {"content-type": CONTENT_TYPE, **signature(keys, delivery.id, self._clock.now(), body)}
        try:
            return await self._post(httpx2.URL(target.url), headers, body)
        except httpx2.InvalidURL:
            return FORBIDDEN
        except (TimeoutError, httpx2.TimeoutException):
            return Receipt(result="timeout")
        except (httpx2.HTTPError, OSError):
            return Receipt(result="unreachable")

    async def _post(self, url: httpx2.URL, headers: dict[str, str], body: bytes) -> Receipt:
        if url.scheme != "https" and not self._limits.plain:
            return FORBIDDEN
        host = url.raw_host.decode("ascii")
        addresses = await resolved(host, url.port or (443 if url.scheme == "https" else 80))
        if not may_be_called(addresses, self._limits.allowed):
            return FORBIDDEN
        named = {**headers, "host": url.netloc.decode("ascii")}
        async with httpx2.AsyncClient(verify=self._certificates, trust_env=False, timeout=self._timeout) as client:
            for address in addresses:
                there = httpx2.Request(
                    "POST",
                    url.copy_with(host=str(address)),
                    headers=named,
                    content=body,
                    extensions={"sni_hostname": host, "timeout": client.timeout.as_dict()},
                )
                with suppress(httpx2.ConnectError):
                    return await self._answer(client, there)
        return Receipt(result="unreachable")

    async def _answer(self, client: httpx2.AsyncClient, request: httpx2.Request) -> Receipt:
        answer = await client.send(request, stream=True, follow_redirects=False)
        try:
            await _read(answer)
        finally:
            await answer.aclose()
        return self._receipt(answer)

    def _receipt(self, answer: httpx2.Response) -> Receipt:
        code = answer.status_code
        if code in OK:
            return Receipt(result="accepted", code=code)
        asked = wait_asked(answer.headers.get("retry-after"), self._clock.now())
        return Receipt(result="refused", code=code, permanent=code == GONE, gone=code == GONE, retry_after=asked)


async def resolved(host: str, port: int) -> list[Address]:
    """Every address of a name, in the order in which the system would try them. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [parsed(str(address[0])) for *_, address in found]


async def _read(answer: httpx2.Response) -> None:
    """To the end, or to the bound: an answer that breaks off is none."""
    read = 0
    async for piece in answer.aiter_raw():
        read += len(piece)
        if read > LONGEST_ANSWER:
            return
