"""Where a request comes from, as coarse as limits need it."""

from ipaddress import ip_address, ip_network

from flask import request


def network() -> str:
    """The requester's network: a /24 of IPv4, a /64 of IPv6. Proxies are believed as TRUSTED_PROXIES says."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:  # a unix socket has no address
        return "local"
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))
