"""Which network addresses a webhook may reach. Guards against requests into our own network (SSRF).

The address that was checked is the one connected to: a name cannot change its answer in between.
"""

from __future__ import annotations

import ipaddress
import socket

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Prefixes that carry an IPv4 address in their last 32 bits (RFC 6052, RFC 4291 section 2.5.5).
_EMBEDDING = tuple(ipaddress.ip_network(n) for n in ("64:ff9b::/96", "::ffff:0:0/96", "::/96"))


class AddressRefused(Exception):
    """The name leads into a network that is not public."""


def is_public(address: IpAddress) -> bool:
    """Whether the address belongs to the public internet, also when IPv6 wraps an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _EMBEDDING):
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour is not None:
            return is_public(address.sixtofour)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int, *, allow_private: bool) -> tuple[str, ...]:
    """The addresses of a host, in the system's order of preference.

    Raises AddressRefused when any of them is not public and private ones are not allowed; OSError when the
    name cannot be resolved.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))
    if not allow_private and not all(is_public(ipaddress.ip_address(a.split("%")[0])) for a in addresses):
        raise AddressRefused(host)
    return addresses
