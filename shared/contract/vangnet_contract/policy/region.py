"""region.yaml: the region, its clocks and its limits."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from vangnet_contract.municipalities import municipalities
from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.release import Release
from vangnet_contract.weights import table_names

Days = Annotated[int, Field(ge=0, le=1827)]
MAX_RETENTION_DAYS = 1827  # five years: Wgs 1.8


class OccurrenceGap(PolicyModel):
    """When a person's next incident event starts a new occurrence (voorval), in hours."""

    gap_hours: int = Field(6, ge=1, le=48, description="more than this after the previous event")
    max_hours: int = Field(24, ge=1, le=168, description="or more than this after the first event")


class Waiting(PolicyModel):
    """Days that events of one partner about people not in view are held; needs a decision and a DPIA."""

    partner: str
    days: Days
    besluit: str = Field(min_length=1)
    dpia: str = Field(min_length=1)


class Linkage(PolicyModel):
    """How surely two reports must be about one person to be joined. `table`: of the weights that ship.

    A pair starts with the odds that a report is about one of `persons` people, a share `known` of whom is known already.
    """

    table: str = "netherlands"
    known: float = Field(0.5, ge=0.01, le=0.99)
    persons: int = Field(50_000, ge=1_000, le=20_000_000)
    sure: float = Field(0.95, ge=0.8, le=0.9999, description="joined from this probability on")
    tentative: float = Field(0.3, ge=0.1, le=0.8, description="shown to operators as a possible join from here on")

    @field_validator("table")
    @classmethod
    def _ships(cls, table: str) -> str:
        if table not in table_names():
            raise ValueError(f"no such table of weights; there are {', '.join(sorted(table_names()))}")
        return table

    @model_validator(mode="after")
    def _tentative_is_less_than_sure(self) -> Self:
        if self.tentative >= self.sure:
            raise ValueError("tentative must be lower than sure")
        return self


class Region(PolicyModel):
    """One deployment. `name` enters the seal's binding: changing it makes earlier seals unreadable."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    title: str
    version: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]{0,39}$", description="also the name of a folder")
    profile: Literal["demo", "regio"]
    notice: str | None = Field(None, description="shown on every page and in every mail")
    municipalities: list[str] = Field(min_length=1)
    horizon_days: Days = 60
    retention_days: Days = 1826
    signal_horizon_days: Days = 14
    care_days: Days = 45
    waiting: list[Waiting] = []
    own_ids: bool = Field(False, description="partners may use their own meaningless ids as event ids")
    occurrence: OccurrenceGap = OccurrenceGap()
    token_schemes: list[str] = ["v2"]
    linkage: Linkage = Linkage()
    release: Release = Release()

    @field_validator("municipalities")
    @classmethod
    def _exist(cls, codes: list[str]) -> list[str]:
        if unknown := [code for code in codes if code not in municipalities()]:
            raise ValueError(f"no such municipality: {', '.join(unknown)}")
        return codes
