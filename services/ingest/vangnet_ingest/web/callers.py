"""Who is calling: the partner whose client the access token was given to."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from vangnet_contract.policy import Partner
from vangnet_runtime.access_tokens import IssuerAway, NotAuthenticated
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import Problem

from vangnet_ingest.app import Tokens

RETRY_AFTER = "5"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
bearer = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="Access token (client credentials, private_key_jwt)"
)

log = get_logger()


async def calling_partner(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Partner:
    """The partner of that name in the policy; a problem (401, 403, 503) when there is none."""
    if credentials is None:
        raise Problem(401, "an access token is required: Authorization: Bearer <token>", headers=CHALLENGE)
    client = await _client(request.app.state.tokens, credentials.credentials)
    partner: Partner | None = request.app.state.reception.policy.partner(client)
    if partner is None:
        raise Problem(403, "the client of this access token is not a partner in the policy of this region")
    return partner


async def _client(tokens: Tokens, token: str) -> str:
    try:
        return await tokens.client_of(token)
    except NotAuthenticated as fault:
        raise Problem(401, str(fault), headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from None
    except IssuerAway:
        log.warning("issuer-away")
        detail = "the keys of the token issuer cannot be fetched now: try again later"
        raise Problem(503, detail, headers={"Retry-After": RETRY_AFTER}) from None


Caller = Annotated[Partner, Depends(calling_partner)]
