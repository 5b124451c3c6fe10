"""The weights that ship, and which of their tables fits a set of records."""

from importlib.resources import files

import msgspec

from vangnet_linker.domain.linkage.weights import Weights


def shipped() -> Weights:
    """`weights.json` of this package."""
    return msgspec.json.decode((files("vangnet_linker.evaluation") / "weights.json").read_bytes(), type=Weights)


def table_for(kind: str, *, register: bool) -> str:
    """The name of a table. What a postcode says differs by country; a register of everybody holds twins and families,
    a list of clients hardly any; and where there is no postcode, names and dates must do."""
    if kind == "dutch":
        return "netherlands"
    if kind == "none":
        return "names"
    return "population" if register else "clients"
