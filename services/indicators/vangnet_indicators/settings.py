"""Settings of indicators."""

from typing import ClassVar

from pydantic import Field, model_validator
from vangnet_runtime.settings import StatefulSettings


class IndicatorsSettings(StatefulSettings):
    """What `vangnet-indicators run` needs."""

    service: ClassVar[str] = "indicators"

    token_issuer: str | None = Field(None, description="`iss` of analysts' access tokens; without it nobody is one")
    token_audience: str | None = Field(None, description="`aud` of analysts' access tokens: this service")
    token_jwks_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="address of the token issuer's public keys (JWKS)"
    )

    @model_validator(mode="after")
    def _all_or_none(self) -> "IndicatorsSettings":
        given = [self.token_issuer, self.token_audience, self.token_jwks_url]
        if any(given) and not all(given):
            raise ValueError("token_issuer, token_audience and token_jwks_url go together")
        return self
