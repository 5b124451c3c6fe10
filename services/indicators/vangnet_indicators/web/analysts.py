"""Who may ask for any window and day: a client with the role analyst, by an access token."""

from collections.abc import Mapping
from typing import Annotated, Protocol

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from vangnet_runtime.access_tokens import IssuerAway, NotAuthenticated
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import Problem

ROLE = "analyst"
ROLES = "vangnet_roles"
"""The claim that lists roles, as in the inbox."""
ONLY = (
    "Andere vensters en dagen zijn alleen voor analisten. Openbaar zijn hele kwartalen met een venster van 365 dagen."
)

log = get_logger()
bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Access token met de rol analyst")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


class Tokens(Protocol):
    """Says whom a token was given to."""

    async def claims_of(self, token: str) -> Mapping[str, object]:
        """The issuer's word. Raises NotAuthenticated, IssuerAway."""
        ...


async def require_analyst(request: Request, credentials: HTTPAuthorizationCredentials | None) -> str:
    """The client. Raises Problem: 401 without a good token, 403 without the role, 503 when nobody can tell."""
    tokens: Tokens | None = request.app.state.tokens
    if tokens is None:
        raise Problem(403, f"{ONLY} In deze regio is geen uitgever van access tokens ingesteld.")
    if credentials is None:
        raise Problem(401, f"{ONLY} Stuur een access token mee.", headers={"WWW-Authenticate": "Bearer"})
    claims = await _claims(tokens, credentials.credentials)
    roles = claims.get(ROLES)
    if not isinstance(roles, list | tuple) or ROLE not in roles:
        raise Problem(403, f"{ONLY} Dit access token heeft de rol {ROLE} niet.")
    return str(claims.get("client_id", claims.get("sub", "")))


async def _claims(tokens: Tokens, token: str) -> Mapping[str, object]:
    try:
        return await tokens.claims_of(token)
    except NotAuthenticated:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Problem(401, "Het access token is niet geldig.", headers=headers) from None
    except IssuerAway:
        log.warning("issuer-away")
        detail = "De sleutels van de uitgever van access tokens zijn nu niet op te halen. Probeer het later opnieuw."
        raise Problem(503, detail, headers={"Retry-After": "5"}) from None
