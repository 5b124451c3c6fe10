"""Access tokens of systems: JWTs of one issuer, verified with its published keys (RFC 7519, RFC 7517, OAuth NL)."""

import asyncio
import time
from collections.abc import Callable, Mapping

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

ALGORITHMS = ["PS256", "RS256"]
LEEWAY = 60
"""Seconds that clocks may differ."""
FRESH = 3600.0
"""Seconds after which the issuer's keys are fetched anew: a key that it withdrew ends."""
PAUSE = 5.0
"""Seconds between two fetches that a token's unknown key or an issuer that is away can cause."""


class NotAuthenticated(Exception):
    """The token does not say who is calling; the text says why, for the caller."""


class IssuerAway(Exception):
    """No keys to verify a token with."""


class AccessTokens:
    """Keeps the issuer's keys. `now`: seconds since 1970, `elapsed`: seconds of a clock that only goes forward."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        jwks_url: str,
        client: httpx.AsyncClient,
        *,
        now: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = jwks_url
        self._client = client
        self._elapsed = elapsed
        self._claims = JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._fetching = asyncio.Lock()

    async def client_of(self, token: str) -> str:
        """The client that the token was given to. Raises NotAuthenticated, IssuerAway."""
        claims = await self.claims_of(token)
        client = claims.get("client_id", claims.get("sub"))
        if not isinstance(client, str):
            raise NotAuthenticated("the access token names no client: client_id and sub are missing")
        return client

    async def claims_of(self, token: str) -> Mapping[str, object]:
        """What the issuer says, for this audience, now. Raises NotAuthenticated, IssuerAway."""
        try:
            return self._verified(token, await self._current())
        except InvalidKeyIdError:
            await self._fetch()
        try:
            return self._verified(token, await self._current())
        except InvalidKeyIdError:
            raise NotAuthenticated("the access token was signed with a key that the issuer does not publish") from None

    def _verified(self, token: str, keys: KeySet) -> Mapping[str, object]:
        try:
            claims = jwt.decode(token, keys, ALGORITHMS).claims
            self._claims.validate(claims)
        except InvalidKeyIdError:
            raise
        except (JoseError, ValueError, TypeError) as fault:
            raise NotAuthenticated(f"the access token is not valid: {_why(fault)}") from None
        return claims

    async def _current(self) -> KeySet:
        if self._elapsed() - self._fetched > FRESH:
            await self._fetch()
        if self._keys is None:
            raise IssuerAway
        return self._keys

    async def _fetch(self) -> None:
        """At most once in PAUSE seconds. While the issuer is away the old keys stay."""
        async with self._fetching:
            if self._elapsed() - self._tried < PAUSE:
                return
            self._tried = self._elapsed()
            try:
                answer = await self._client.get(self._url)
                answer.raise_for_status()
                self._keys = KeySet.import_key_set(answer.json())
                self._fetched = self._elapsed()
            except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
                return


def _why(fault: Exception) -> str:
    """The kind of fault and the claim; never the token."""
    claim = getattr(fault, "claim", None)
    return f"{getattr(fault, 'error', 'invalid_token')}{f' ({claim})' if claim else ''}"
