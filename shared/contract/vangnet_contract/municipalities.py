"""Dutch municipalities by CBS code. Data in tables/municipalities.csv."""

import csv
import re
from functools import cache
from importlib.resources import files

_DISTRICT = re.compile(r"WK(\d{4})\d{2}", re.ASCII)


@cache
def municipalities() -> dict[str, str]:
    """Name by code (GMxxxx)."""
    with (files("vangnet_contract") / "tables" / "municipalities.csv").open(encoding="utf-8") as table:
        rows = csv.DictReader(line for line in table if not line.startswith("#"))
        return {row["code"]: row["name"] for row in rows}


def district_in(district: str, municipality: str) -> bool:
    """Whether a district code (WK + the municipality's four digits + two) lies in the municipality."""
    match = _DISTRICT.fullmatch(district)
    return match is not None and municipality == f"GM{match[1]}"
