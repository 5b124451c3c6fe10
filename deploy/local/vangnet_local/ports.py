"""Free loopback ports below the range that outgoing connections get theirs from.

A port inside that range can be taken while its server restarts, even by a client that keeps trying to connect to it
(TCP simultaneous open with itself): then the server cannot come back on the same port.

VANGNET_PORTS=20000-20999 names another range: platforms that start at the same time then cannot choose the same port.
"""

import os
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOWEST = 15_000
RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")
RANGE = "VANGNET_PORTS"

_chosen_before: set[int] = set()
"""Some are used much later, or again after a stop: nobody else in this process may get them meanwhile."""


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Whether a server accepts connections there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_ports(count: int) -> list[int]:
    """`count` different free ports, chosen at random so that platforms started together do not meet; never one twice."""
    chosen: list[int] = []
    for port in _candidates():
        if port not in _chosen_before and is_free(port):
            _chosen_before.add(port)
            chosen.append(port)
        if len(chosen) == count:
            break
    return chosen


def free_port() -> int:
    """One free port."""
    return free_ports(1)[0]


def _candidates() -> Iterator[int]:
    ports = port_range()
    while True:
        if len(_chosen_before) > len(ports) // 2:
            _chosen_before.clear()  # the oldest are long forgotten
        yield secrets.choice(ports)


def port_range() -> range:
    """What is chosen from. Raises ValueError when VANGNET_PORTS is not `first-last`."""
    if os.environ.get(RANGE):
        first, last = map(int, os.environ[RANGE].split("-"))
        return range(first, last + 1)
    highest = int(RANGE_FILE.read_text().split()[0]) if RANGE_FILE.exists() else 32_768
    if highest - LOWEST < 1_000:
        highest = 60_000  # the machine hands out nearly everything: no better choice is left
    return range(LOWEST, highest)
