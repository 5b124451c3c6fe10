"""Settings of the notifier."""

import re
from ipaddress import ip_network
from typing import ClassVar, Literal

import msgspec
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from vangnet_runtime.settings import DatabaseSettings, KafkaSettings, Settings, StatefulSettings

from vangnet_notifier.domain.addresses import Network
from vangnet_notifier.domain.webhook import MOST_SECRETS, secret_bytes


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
    webhook_secrets: SecretStr = Field(
        SecretStr("{}"),
        description='secrets of webhooks as JSON: {"name in people.yaml": ["whsec_…"]}; two while the first replaces the second',
    )
    webhook_allow: str = Field(
        "",
        description="networks that webhooks may go to though they are not public, as 127.0.0.0/8,…: local profile only",
    )
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

    @property
    def webhook_keys(self) -> dict[str, list[bytes]]:
        """Name of a target → its keys, the newest first."""
        return _keys(self.webhook_secrets.get_secret_value())

    @property
    def webhook_networks(self) -> tuple[Network, ...]:
        """Beside the public ones."""
        return _networks(self.webhook_allow)

    @field_validator("webhook_secrets")
    @classmethod
    def _are_secrets(cls, value: SecretStr) -> SecretStr:
        _keys(value.get_secret_value())
        return value

    @field_validator("webhook_allow")
    @classmethod
    def _is_local(cls, value: str, info: ValidationInfo) -> str:
        if _networks(value) and info.data.get("profile") != "local":
            raise ValueError("webhooks go to public addresses only outside the local profile")
        return value

    @field_validator("base_url", "oidc_issuer")
    @classmethod
    def _is_secure(cls, value: str, info: ValidationInfo) -> str:
        if value.startswith("http://") and info.data.get("profile") != "local":
            raise ValueError("must begin with https:// outside the local profile")
        return value.rstrip("/")


class AuditSettings(DatabaseSettings, KafkaSettings):
    """The trail, and what was published of it."""


def _keys(text: str) -> dict[str, list[bytes]]:
    try:
        given = msgspec.json.decode(text, type=dict[str, list[str]])
    except msgspec.MsgspecError:
        raise ValueError("must be JSON: names with lists of secrets") from None
    if not all(1 <= len(secrets) <= MOST_SECRETS for secrets in given.values()):
        raise ValueError("each name has one secret, or two")
    return {name: [secret_bytes(secret) for secret in secrets] for name, secrets in given.items()}


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


class ExportSettings(Settings):
    """Whether the join may be exported here."""

    profile: Literal["production", "local"] = Field("production", description="local opens exports of the join")
