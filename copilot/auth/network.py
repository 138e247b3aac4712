"""Network addresses, as limits see them."""

import ipaddress


def network_of(address: str) -> str:
    """What one party usually has to itself: an IPv4 address, the /64 of an IPv6 one.

    Anything else (a socket's name, a test client) stands for itself.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))
