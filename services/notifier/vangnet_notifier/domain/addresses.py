"""Which addresses a webhook may be sent to: those of the public internet, and what the local profile names beside them.

A name that an outsider controls must not make us talk to ourselves, to a neighbour or to a cloud's metadata service.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CLOSED: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # IETF protocol assignments (RFC 6890): more of it than `is_global` leaves out everywhere
            "192.88.99.0/24",  # 6to4 relays (RFC 7526)
            "2001::/23",  # among them Teredo, which carries an IPv4 address
            "2002::/16",  # 6to4, likewise
        ),
    )
)
UNICAST = IPv6Network("2000::/3")
"""Public IPv6; NAT64 (64:ff9b::/96) and IPv4-compatible addresses, which carry an IPv4 address, lie outside."""


def parsed(text: str) -> Address:
    """As the resolver gives it; an IPv4 address in an IPv6 one is that IPv4 address. Raises ValueError."""
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def public(address: Address) -> bool:
    """Whether this is an address of one machine on the public internet."""
    if address.is_multicast or not address.is_global or any(address in network for network in CLOSED):
        return False
    return isinstance(address, IPv4Address) or address in UNICAST


def may_be_called(addresses: Sequence[Address], allowed: Iterable[Network] = ()) -> bool:
    """Whether every one of them is public or in `allowed`: a name with one bad address is bad. None at all: no."""
    networks = tuple(allowed)
    return bool(addresses) and all(
        public(address) or any(address in network for network in networks) for address in addresses
    )
