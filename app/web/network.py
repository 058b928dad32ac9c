"""Where a request comes from, as coarse as limits need it."""

from ipaddress import ip_address, ip_network

from flask import request


def network() -> str:
    """The requester's network: a /24 of IPv4, a /64 of IPv6. Proxies are believed as TRUSTED_PROXIES says."""
    return _coarse(24)


def address() -> str:
    """The requester's address; of IPv6 its /64, which is what one household has."""
    return _coarse(32)


def _coarse(bits: int) -> str:
    """The network of so many bits in IPv4, and of 64 in IPv6."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:  # a unix socket has no address
        return "local"
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{found}/{bits if found.version == 4 else 64}", strict=False))
