"""Settings of the linker."""

import json
from pathlib import Path
from typing import ClassVar

from pydantic import Field, FilePath, SecretStr, field_validator
from vangnet_pseudonym import keys
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.settings import StatefulSettings


class LinkerSettings(StatefulSettings):
    """What `vangnet-linker run` needs."""

    service: ClassVar[str] = "linker"

    pepper: SecretStr = Field(description="key of all hashes in the register: 32 random bytes in hexadecimal")
    seal_keys: FilePath = Field(description="JSON file {key id: private seal key in base64url} (mode 0600)")
    opening_processes: int = Field(1, ge=0, le=64, description="processes that verify and open events; 0 = none")

    @field_validator("pepper")
    @classmethod
    def _of_32_bytes(cls, pepper: SecretStr) -> SecretStr:
        try:
            length = len(bytes.fromhex(pepper.get_secret_value()))
        except ValueError:
            length = 0
        if length != 32:
            raise ValueError("must be 64 hexadecimal digits")
        return pepper

    @property
    def pepper_bytes(self) -> bytes:
        """32 bytes."""
        return bytes.fromhex(self.pepper.get_secret_value())


def read_seal_keys(path: Path) -> dict[str, bytes]:
    """Private keys by key id. Raises CannotStart."""
    try:
        stored = {key_id: keys.from_text(text) for key_id, text in json.loads(path.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError, TypeError):
        raise CannotStart(
            f"VANGNET_SEAL_KEYS: {path} must hold a JSON object of key id to private key in base64url"
        ) from None
    if not stored or any(len(raw) != 32 for raw in stored.values()):
        raise CannotStart(f"VANGNET_SEAL_KEYS: {path} must hold at least one key, each of 32 bytes")
    return stored
