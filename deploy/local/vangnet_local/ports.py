"""Free loopback ports below the range that outgoing connections get theirs from.

A port inside that range can be taken while its server restarts, even by a client that keeps trying to connect to it
(TCP simultaneous open with itself): then the server cannot come back on the same port.
"""

import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOWEST = 15_000
RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")


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
    """`count` different free ports, chosen at random so that platforms started together do not meet."""
    chosen: list[int] = []
    for port in _candidates():
        if port not in chosen and is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            break
    return chosen


def free_port() -> int:
    """One free port."""
    return free_ports(1)[0]


def _candidates() -> Iterator[int]:
    highest = int(RANGE_FILE.read_text().split()[0]) if RANGE_FILE.exists() else 32_768
    if highest - LOWEST < 1_000:
        highest = 60_000  # the machine hands out nearly everything: no better choice is left
    while True:
        yield LOWEST + secrets.randbelow(highest - LOWEST)
