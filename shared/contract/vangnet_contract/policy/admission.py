"""partners.yaml and matrix.yaml: who sends, and the admission matrix partner × type × legal basis."""

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from vangnet_contract.event import SOURCE_FORM
from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.taxonomy import event_types, full_type

ALL_TYPES = "alle"
Admission = Literal["allowed", "aggregate-only", "forbidden"]


class LegalBasis(PolicyModel):
    """A `grondslag` that events may name."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    name: str
    article: str


class Partner(PolicyModel):
    """An organisation that sends events."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    title: str
    sources: list[str] = Field(min_length=1)
    covers: list[str] = Field([], description="municipalities that it delivers for; empty = the whole region")
    rights_desk: bool = False

    @field_validator("sources")
    @classmethod
    def _form(cls, sources: list[str]) -> list[str]:
        if wrong := [source for source in sources if not SOURCE_FORM.fullmatch(source)]:
            raise ValueError(f"must be urn:nld:oin:<20 digits>:systeem:<name>: {', '.join(wrong)}")
        return sources


class Cell(PolicyModel):
    """What these types from this partner may carry. Where persons are allowed, somebody has decided so and until when."""

    partner: str
    types: list[str] = Field(min_length=1, description="types without nl.oggz-signalen. and .v1, or `alle`")
    admission: Admission
    grondslag: list[str] = Field([], description="bases that events may name; the first is the default")
    besluit: str | None = None
    verantwoordelijke: str | None = None
    geldig_tot: date | None = None

    @field_validator("types")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if unknown := [name for name in names if name != ALL_TYPES and full_type(name) not in event_types()]:
            raise ValueError(f"no such event type: {', '.join(unknown)}")
        return names

    @model_validator(mode="after")
    def _decided(self) -> "Cell":
        needed = {
            "grondslag": self.grondslag,
            "besluit": self.besluit,
            "verantwoordelijke": self.verantwoordelijke,
            "geldigTot": self.geldig_tot,
        }
        if self.admission == "allowed" and (missing := [name for name, value in needed.items() if not value]):
            raise ValueError(f"persons may only be sent with a decision: {', '.join(missing)} missing")
        return self

    def full_types(self) -> list[str]:
        """The CloudEvents types that this cell is about."""
        return list(event_types()) if ALL_TYPES in self.types else [full_type(name) for name in self.types]
