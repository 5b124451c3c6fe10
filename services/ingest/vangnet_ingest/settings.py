"""Settings of ingest: the common ones and where access tokens come from."""

from typing import ClassVar

from pydantic import Field
from vangnet_runtime.settings import ServiceSettings


class IngestSettings(ServiceSettings):
    """Of `vangnet-ingest run`."""

    service: ClassVar[str] = "ingest"

    token_issuer: str = Field(min_length=1, description="`iss` of partners' access tokens")
    token_audience: str = Field(min_length=1, description="`aud` of partners' access tokens: this door")
    token_jwks_url: str = Field(
        pattern=r"^https?://\S+$", description="address of the token issuer's public keys (JWKS)"
    )


class TopicsSettings(ServiceSettings):
    """Of `vangnet-ingest topics`."""

    service: ClassVar[str] = "ingest"
