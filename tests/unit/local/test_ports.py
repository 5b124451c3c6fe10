"""Which ports a local platform gets."""

import pytest
from vangnet_local.ports import RANGE, free_port, free_ports, port_range


def test_a_port_is_given_out_once() -> None:
    ports = [*free_ports(50), *(free_port() for _ in range(50))]
    assert len(set(ports)) == 100
    assert set(ports) <= set(port_range())


def test_the_range_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RANGE, "20000-20999")
    assert port_range() == range(20_000, 21_000)
    assert set(free_ports(20)) <= set(port_range())
