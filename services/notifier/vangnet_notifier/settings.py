"""Settings of the notifier."""

import re
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from vangnet_runtime.settings import DatabaseSettings, KafkaSettings, Settings, StatefulSettings


class NotifierSettings(StatefulSettings):
    """Beside the common ones. Outside the local profile everything that people log in with goes over https."""

    service: ClassVar[str] = "notifier"

    pseudonym_key: SecretStr = Field(description="key of the pseudonyms that recipients see: 64 hexadecimal digits")
    session_key: SecretStr = Field(description="key that signs session cookies: 32 characters or more", min_length=32)
    base_url: str = Field(description="address of the inbox as people open it", pattern=r"^https?://[^/\s]+/?$")
    smtp_host: str = Field(description="SMTP server")
    smtp_port: int = Field(25, description="its port", ge=1, le=65535)
    smtp_from: str = Field(description="address that mails come from", pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    smtp_bounces: str | None = Field(
        None, description="address that hears of mails that come back; else the one above", pattern=r"^[^@\s]+@[^@\s]+$"
    )
    smtp_user: str | None = Field(None, description="user at the SMTP server, when it wants one")
    smtp_password: SecretStr | None = Field(None, description="his password")
    oidc_issuer: str = Field(description="issuer of the OpenID Connect provider", pattern=r"^https?://\S+$")
    oidc_client_id: str = Field(description="what the provider knows this service by")
    login_rate: int = Field(120, ge=1, description="login requests a minute from one address, as the service sees it")
    request_rate: int = Field(600, ge=1, description="requests a minute of one user; before login, of one address")
    oidc_client_secret: SecretStr = Field(description="secret shared with the provider", min_length=1)

    @property
    def pseudonym_key_bytes(self) -> bytes:
        """The key, decoded."""
        return bytes.fromhex(self.pseudonym_key.get_secret_value())

    @field_validator("pseudonym_key")
    @classmethod
    def _is_hexadecimal(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[0-9a-fA-F]{64}", value.get_secret_value()):
            raise ValueError("must be 64 hexadecimal digits")
        return value

    @field_validator("base_url", "oidc_issuer")
    @classmethod
    def _is_secure(cls, value: str, info: ValidationInfo) -> str:
        if value.startswith("http://") and info.data.get("profile") != "local":
            raise ValueError("must begin with https:// outside the local profile")
        return value.rstrip("/")


class AuditSettings(DatabaseSettings, KafkaSettings):
    """The trail, and what was published of it."""


class ExportSettings(Settings):
    """Whether the join may be exported here."""

    profile: Literal["production", "local"] = Field("production", description="local opens exports of the join")
