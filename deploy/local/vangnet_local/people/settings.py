"""Settings of the people process, from its environment; vangnet_local.programs writes them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vangnet_local.ports import LOOPBACK


@dataclass(frozen=True)
class Settings:
    """`folder` keeps mails and used token ids; `clients` one `<client id>.pem` for each partner system;
    `listen`: the address that it listens on (in a container all)."""

    http_port: int
    smtp_port: int
    folder: Path
    policy: Path
    signing_key: Path
    clients: Path
    oidc_client_id: str
    oidc_client_secret_file: Path
    oidc_redirect_uri: str
    token_audience: str
    listen: str = LOOPBACK

    @property
    def base_url(self) -> str:
        """Where the process answers; also the OpenID Connect issuer."""
        return f"http://{LOOPBACK}:{self.http_port}"

    @property
    def token_issuer(self) -> str:
        """`iss` of access tokens."""
        return f"{self.base_url}/tokens"

    def environment(self) -> dict[str, str]:
        """As environment variables; what `from_environment` reads."""
        return {_variable(name): str(value) for name, value in vars(self).items()}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Ends the process with a message that names what is missing."""
        kinds = cls.__annotations__
        if missing := [_variable(name) for name in kinds if not environment.get(_variable(name))]:
            raise SystemExit(f"not set: {', '.join(missing)}. `vangnet up` starts this process with all of them.")
        return cls(**{name: kind(environment[_variable(name)]) for name, kind in kinds.items()})


def _variable(name: str) -> str:
    return f"VANGNET_PEOPLE_{name.upper()}"
