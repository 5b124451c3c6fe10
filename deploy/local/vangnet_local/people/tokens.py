"""The issuer of access tokens for partner systems: OAuth 2.0 client credentials with `private_key_jwt` (RFC 7523),
by OAuth NL: the assertion names this endpoint as audience, is used once, and tokens live at most six hours."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["PS256", "RS256"]
SIGNING = "PS256"
TOKEN_SECONDS = 3600
"""OAuth NL allows 6 hours."""
ASSERTION_SECONDS = 300
"""An assertion that is valid for longer is refused: its id would have to be remembered for longer."""
CLOCK_SKEW_SECONDS = 60
JTI_CHARACTERS = 22
"""128 bits in base64url."""


class Refused(Exception):
    """An error of RFC 6749 section 5.2: `code` for programs, the text for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class UsedAssertions:
    """Which assertion ids were used, until they expire; survives a restart. Safe for several threads."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS used (client, jti, until INTEGER, PRIMARY KEY (client, jti))"
        )

    def use(self, client: str, jti: str, until: int, now: int) -> bool:
        """False when that client used that id before."""
        with self._lock:
            self._database.execute("DELETE FROM used WHERE until < ?", (now - CLOCK_SKEW_SECONDS,))
            done = self._database.execute("INSERT OR IGNORE INTO used VALUES (?, ?, ?)", (client, jti, until))
            return done.rowcount == 1


class Issuer:
    """Checks a client's assertion and signs an access token. `clients`: client id → its public key."""

    def __init__(
        self, issuer: str, audience: str, key: RSAKey, clients: Mapping[str, RSAKey], used: UsedAssertions
    ) -> None:
        self.issuer = issuer
        self.endpoint = f"{issuer}/token"
        self.key = key
        self._audience = audience
        self._clients = clients
        self._used = used

    def token(self, form: Mapping[str, str], now: int) -> dict[str, object]:
        """The answer to a token request (RFC 6749 section 4.4.3). `now` in seconds since 1970. Raises Refused."""
        if form.get("grant_type") != GRANT:
            raise Refused("unsupported_grant_type", f"grant_type must be {GRANT}")
        if form.get("client_assertion_type") != ASSERTION:
            raise Refused("invalid_request", f"client_assertion_type must be {ASSERTION}")
        client = self._client(form.get("client_assertion", ""), now)
        if form.get("client_id", client) != client:
            raise Refused("invalid_client", "client_id is not the subject of the assertion")
        return {"access_token": self._sign(client, now), "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _client(self, assertion: str, now: int) -> str:
        claims = self._verified(assertion)
        client, expires, jti = claims["iss"], claims.get("exp"), claims.get("jti")
        if claims.get("sub") != client:
            raise Refused("invalid_client", "iss and sub of the assertion must both be the client id")
        if self.endpoint not in _several(claims.get("aud")):
            raise Refused("invalid_client", f"aud of the assertion must be {self.endpoint}")
        if not isinstance(expires, int) or not now - CLOCK_SKEW_SECONDS < expires <= now + ASSERTION_SECONDS:
            raise Refused("invalid_client", f"exp of the assertion must be within {ASSERTION_SECONDS} s from now")
        if not isinstance(claims.get("iat"), int) or claims["iat"] > now + CLOCK_SKEW_SECONDS:
            raise Refused("invalid_client", "iat of the assertion is missing or in the future")
        if not isinstance(jti, str) or len(jti) < JTI_CHARACTERS:
            raise Refused("invalid_client", f"jti of the assertion must have 128 bits ({JTI_CHARACTERS} characters)")
        if not self._used.use(str(client), jti, expires, now):
            raise Refused("invalid_client", "jti of the assertion was used before")
        return str(client)

    def _verified(self, assertion: str) -> dict[str, Any]:
        """Its claims, once the key of the client that it names in `iss` verifies it."""
        try:
            client = json.loads(jws.extract_compact(assertion.encode()).payload)["iss"]
            return jwt.decode(assertion, self._clients[client], ALGORITHMS).claims
        except (JoseError, ValueError, KeyError, TypeError):
            raise Refused("invalid_client", "the assertion is not a JWT signed by a known client") from None

    def _sign(self, client: str, now: int) -> str:
        header = {"alg": SIGNING, "typ": "at+jwt", "kid": self.key.thumbprint()}
        claims = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": client,
            "client_id": client,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode(header, claims, self.key, [SIGNING])


def pages(issuer: Issuer) -> Blueprint:
    """/tokens/token, /tokens/jwks and the issuer's metadata (RFC 8414)."""
    blueprint = Blueprint("tokens", __name__)

    @blueprint.post("/tokens/token")
    def token() -> ResponseReturnValue:
        try:
            answer, status = issuer.token(request.form, int(time.time())), HTTPStatus.OK
        except Refused as refused:
            answer = {"error": refused.code, "error_description": str(refused)}
            status = HTTPStatus.UNAUTHORIZED if refused.code == "invalid_client" else HTTPStatus.BAD_REQUEST
        return jsonify(answer), status, {"Cache-Control": "no-store"}

    @blueprint.get("/tokens/jwks")
    def jwks() -> ResponseReturnValue:
        public = {**issuer.key.as_dict(private=False), "kid": issuer.key.thumbprint(), "use": "sig", "alg": SIGNING}
        return jsonify({"keys": [public]})

    @blueprint.get("/.well-known/oauth-authorization-server/tokens")
    def metadata() -> ResponseReturnValue:
        return jsonify(
            {
                "issuer": issuer.issuer,
                "token_endpoint": issuer.endpoint,
                "jwks_uri": f"{issuer.issuer}/jwks",
                "grant_types_supported": [GRANT],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
                "response_types_supported": [],
            }
        )

    return blueprint


def read_clients(folder: Path) -> dict[str, RSAKey]:
    """Public keys of the partner systems: `<client id>.pem` each."""
    return {file.stem: RSAKey.import_key(file.read_bytes()) for file in sorted(folder.glob("*.pem"))}


def _several(audience: object) -> list[object]:
    return audience if isinstance(audience, list) else [audience]
