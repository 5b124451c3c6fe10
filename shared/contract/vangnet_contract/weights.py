"""What agreement of tokens weighs: tables learned from sets that each names. Data; the linker's domain reads and applies it."""

from functools import cache
from importlib.resources import files

import msgspec


class _Named(msgspec.Struct):
    tables: dict[str, msgspec.Raw]


def weights_json() -> bytes:
    """`weights.json`: version, scheme, and tables by name."""
    return (files("vangnet_contract") / "weights.json").read_bytes()


@cache
def table_names() -> frozenset[str]:
    """What a policy can choose from."""
    return frozenset(msgspec.json.decode(weights_json(), type=_Named).tables)
