"""What somebody asks of a series, and everything that is wrong with the question."""

import re
from datetime import date

import msgspec
from pydantic import BaseModel, ConfigDict, Field
from vangnet_contract.indicators import Indicator, indicators
from vangnet_contract.policy import Region
from vangnet_runtime.problem import Problem

from vangnet_indicators.domain.disclosure.table import REGION
from vangnet_indicators.domain.disclosure.yearly import YEAR, Quarter
from vangnet_indicators.publication import PUBLIC

LONGEST = 1827
"""Days that one answer may hold: five years."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Asked(BaseModel):
    """The query as it came. Members that nobody knows are refused by name."""

    model_config = ConfigDict(extra="forbid")

    gemeente: str | None = Field(None, description="CBS-code, bijvoorbeeld GM0034; zonder: de regio")
    venster: str | None = Field(None, description="Dagen; zonder: 365")
    van: str | None = Field(None, description="Eerste dag, bijvoorbeeld 2026-03-31; zonder: alles")
    tot: str | None = Field(None, description="Laatste dag; zonder: alles")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`area`: a municipality or REGION. `first`, `last` None: everything."""

    indicator: Indicator
    area: str
    window: int
    first: date | None
    last: date | None

    @property
    def public(self) -> bool:
        """Whether it asks no more than what is published: a year, and no day that does not end a quarter."""
        days = [day for day in (self.first, self.last) if day]
        asks_a_day = self.first is not None and self.first == self.last
        return self.window == YEAR and self.indicator.id in PUBLIC and not (asks_a_day and not _ends_quarter(days[0]))


def read_question(indicator: str, asked: Asked, region: Region) -> Question:
    """Raises Problem: 404 for an indicator that does not exist, else 400 with all errors."""
    known = indicators().get(indicator)
    if known is None or known.disclosure == "operators":
        raise Problem(404, "Deze indicator bestaat niet. GET /v1/indicatoren noemt ze alle.")
    errors: list[dict[str, str]] = []
    if asked.gemeente is not None and asked.gemeente not in region.municipalities:
        errors.append(_wrong("gemeente", f"moet een gemeente van de regio zijn: {', '.join(region.municipalities)}"))
    days = (
        _number(asked.venster) if asked.venster is not None else (YEAR if YEAR in known.windows else known.windows[-1])
    )
    if days not in known.windows:
        errors.append(_wrong("venster", f"moet een van deze zijn: {', '.join(map(str, known.windows))}"))
    dates = {name: _date(name, text, errors) for name, text in (("van", asked.van), ("tot", asked.tot))}
    errors.extend(_order(dates["van"], dates["tot"]))
    if errors:
        raise Problem(400, "De aanvraag klopt niet; `errors` noemt alle fouten.", errors)
    return Question(indicator=known, area=asked.gemeente or REGION, window=days, first=dates["van"], last=dates["tot"])


def _ends_quarter(day: date) -> bool:
    return Quarter(day.year, (day.month + 2) // 3).end == day


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else -1


def _date(name: str, text: str | None, errors: list[dict[str, str]]) -> date | None:
    if text is None:
        return None
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    errors.append(_wrong(name, "moet een datum zijn, zoals 2026-03-31"))
    return None


def _order(first: date | None, last: date | None) -> list[dict[str, str]]:
    if first is None or last is None:
        return []
    if first > last:
        return [_wrong("van", "mag niet na `tot` liggen")]
    if (last - first).days >= LONGEST:
        return [_wrong("tot", f"mag niet meer dan {LONGEST} dagen na `van` liggen")]
    return []


def _wrong(name: str, rule: str) -> dict[str, str]:
    return {"location": f"query.{name}", "code": "ongeldig", "detail": rule}
