"""Access tokens for the HTTP door: client credentials, the client authenticated by private_key_jwt (RFC 7523; OAuth NL)."""

import secrets
import time
from collections.abc import Callable

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from vangnet_partner.config import ConfigProblem, ConfigRefused, HttpConfig
from vangnet_partner.patience import TryAgain, asked_pause

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60
EARLY_SECONDS = 30.0


class AccessRefused(Exception):
    """The token endpoint does not know this client, or its key."""


class AccessTokens:
    """Keeps a token until shortly before it ends. `now`: seconds since 1970."""

    def __init__(self, config: HttpConfig, now: Callable[[], float] = time.time) -> None:
        self._config = config
        self._now = now
        self._key, self._algorithm = _client_key(config)
        self._token = ""
        self._until = 0.0

    async def token(self, client: httpx.AsyncClient) -> str:
        """Raises TryAgain (the endpoint is away) or AccessRefused."""
        if self._now() >= self._until:
            await self._fetch(client)
        return self._token

    def forget(self) -> None:
        """The door did not take it."""
        self._until = 0.0

    async def _fetch(self, client: httpx.AsyncClient) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._config.client_id,
            "client_assertion_type": ASSERTION,
            "client_assertion": self._assertion(),
        }
        try:
            answer = await client.post(self._config.token_endpoint, data=form)
        except httpx.HTTPError as error:
            raise TryAgain(f"token endpoint: {type(error).__name__}") from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TryAgain(f"token endpoint: {answer.status_code}", asked_pause(answer.headers.get("Retry-After")))
        if answer.status_code != 200:
            raise AccessRefused(f"the token endpoint refused client {self._config.client_id}: {_why(answer)}")
        try:
            values = answer.json()
            self._token, self._until = values["access_token"], self._now() + float(values["expires_in"]) - EARLY_SECONDS
        except (ValueError, KeyError, TypeError):
            raise AccessRefused("the token endpoint gave no access token with expires_in") from None

    def _assertion(self) -> str:
        now = int(self._now())
        client = self._config.client_id
        claims = {
            "iss": client,
            "sub": client,
            "aud": self._config.token_endpoint,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(24),
        }
        header = {"alg": self._algorithm, "typ": "JWT"} | ({"kid": self._config.key_id} if self._config.key_id else {})
        return jwt.encode(header, claims, self._key, [self._algorithm])


def _client_key(config: HttpConfig) -> tuple[RSAKey | ECKey, str]:
    pem = config.key_file.read_bytes()
    for kind, algorithm in ((RSAKey, "PS256"), (ECKey, "ES256")):
        try:
            return kind.import_key(pem), algorithm
        except (JoseError, ValueError, TypeError):
            continue
    rule = "must be a private key in PEM: RSA or EC P-256"
    raise ConfigRefused([ConfigProblem(str(config.key_file), "http.key_file", rule)])


def _why(answer: httpx.Response) -> str:
    try:
        values = answer.json()
        return f"{values['error']}: {values.get('error_description', '')}".rstrip(": ")
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"
