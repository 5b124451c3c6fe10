"""region.yaml: the region, its clocks and its limits."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from vangnet_contract.municipalities import municipalities
from vangnet_contract.policy.base import PolicyModel
from vangnet_contract.policy.release import Release

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
    token_schemes: list[str] = ["v1"]
    release: Release = Release()

    @field_validator("municipalities")
    @classmethod
    def _exist(cls, codes: list[str]) -> list[str]:
        if unknown := [code for code in codes if code not in municipalities()]:
            raise ValueError(f"no such municipality: {', '.join(unknown)}")
        return codes
