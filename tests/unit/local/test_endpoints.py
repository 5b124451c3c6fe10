"""Where people look, as `vangnet up` prints it."""

from dataclasses import fields
from pathlib import Path

from vangnet_local.cli import readable
from vangnet_local.endpoints import Ports, State, endpoints
from vangnet_local.layout import Layout


def test_the_public_pages_are_among_the_addresses() -> None:
    ports = Ports(*range(2000, 2000 + len(fields(Ports))))
    found = endpoints(State(ports, "wall", "demo"), Layout(Path("data")))
    assert found["rules"] == f"http://127.0.0.1:{ports.indicators}/v1/regels"
    assert found["report"] == f"http://127.0.0.1:{ports.indicators}/v1/rapport"
    assert str(found["rules"]) in readable(found) and str(found["report"]) in readable(found)
