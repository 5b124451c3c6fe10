"""keys.yaml: public keys. Written by the key commands; the shipped policies have none."""

import re
from datetime import datetime

from pydantic import AwareDatetime, Field, field_validator

from vangnet_contract.policy.base import PolicyModel

KEY32 = re.compile(r"[A-Za-z0-9_-]{43}")


class Validity(PolicyModel):
    """From when until when a key may be used."""

    valid_from: AwareDatetime
    valid_to: AwareDatetime

    def valid_at(self, moment: datetime) -> bool:
        """Whether it may be used at that moment."""
        return self.valid_from <= moment < self.valid_to


class PartnerKey(Validity):
    """A partner's signing key: ECDSA P-256, SubjectPublicKeyInfo in base64."""

    key_id: str = Field(min_length=1, max_length=64)
    public_key: str


class SealKey(Validity):
    """The linker's HPKE public key (X25519), base64url."""

    key_id: str = Field(min_length=1, max_length=64)
    public_key: str


class AnswerKey(Validity):
    """A partner's own HPKE public key (X25519), base64url: what the region tells it alone is sealed for it."""

    key_id: str = Field(min_length=1, max_length=64)
    public_key: str

    @field_validator("public_key")
    @classmethod
    def _form(cls, text: str) -> str:
        if not KEY32.fullmatch(text):
            raise ValueError("must be 32 bytes in base64url without padding")
        return text


class Epoch(PolicyModel):
    """A pseudonym epoch with the pinned sum K = K₁ + K₂ of the evaluators' keys (ristretto255, base64url)."""

    epoch: int = Field(ge=1, le=4095)
    public_key: str


class Keys(PolicyModel):
    """All public keys of the region."""

    partners: dict[str, list[PartnerKey]] = {}
    seal: list[SealKey] = []
    epochs: list[Epoch] = []
    answers: dict[str, list[AnswerKey]] = {}

    def answer_key(self, partner: str, moment: datetime) -> AnswerKey | None:
        """What an answer to this partner is sealed with then: of those that are valid the last one named."""
        valid = [key for key in self.answers.get(partner, []) if key.valid_at(moment)]
        return valid[-1] if valid else None
