"""POST /v1/meldingen in batches; a partner without a Kafka producer uses it. Answers still come on the feedback topic."""

from collections.abc import Sequence
from functools import partial

import httpx
from vangnet_contract.event import BATCH_CONTENT_TYPE

from vangnet_partner.config import HttpConfig
from vangnet_partner.doors.access_token import AccessTokens
from vangnet_partner.doors.door import Outgoing
from vangnet_partner.patience import Away, Patience, TryAgain, asked_pause

MAX_ITEMS = 1_000
TIMEOUT = httpx.Timeout(30.0, connect=5.0)


class DoorRefused(Exception):
    """The HTTP door will not take anything from this partner as it is set up."""


class HttpDoor:
    """503, 429, a cut connection: tried again while `patience` lasts, no sooner than Retry-After asks."""

    def __init__(self, config: HttpConfig, patience: Patience) -> None:
        self._url = config.url.rstrip("/") + "/v1/meldingen"
        self._patience = patience
        self._access = AccessTokens(config)
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Raises Away, AccessRefused."""
        self._client = httpx.AsyncClient(timeout=TIMEOUT)
        await self._patience.until("the HTTP door", partial(self._access.token, self._client))

    async def publish(self, events: Sequence[Outgoing]) -> None:
        """Raises Away, AccessRefused, DoorRefused."""
        if self._client is None:
            raise Away("the HTTP door", "it is not open")
        for start in range(0, len(events), MAX_ITEMS):
            batch = events[start : start + MAX_ITEMS]
            await self._patience.until("the HTTP door", partial(self._post, self._client, batch))

    async def close(self) -> None:
        """At once."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _post(self, client: httpx.AsyncClient, events: Sequence[Outgoing]) -> None:
        headers = {"Authorization": f"Bearer {await self._access.token(client)}", "Content-Type": BATCH_CONTENT_TYPE}
        try:
            answer = await client.post(self._url, content=batch_body(events), headers=headers)
        except httpx.HTTPError as error:
            raise TryAgain(type(error).__name__) from None
        if answer.status_code == 401:
            self._access.forget()
            raise TryAgain("the access token was not accepted (401)")
        if answer.status_code in (429, 503) or answer.status_code >= 500:
            raise TryAgain(f"status {answer.status_code}", asked_pause(answer.headers.get("Retry-After")))
        if not answer.is_success:
            raise DoorRefused(f"{self._url} answered {answer.status_code}: is this partner's client known there?")


def batch_body(events: Sequence[Outgoing]) -> bytes:
    """A JSON array of the events, their bytes untouched."""
    return b"[" + b",".join(event.body for event in events) + b"]"
