"""Which addresses a message may go to: none inside the operator's own network.

Twice: `check` when somebody names an address, so that they hear of it at once, and `public` when a message leaves, for
what a name stands for may have changed by then.
"""

import re
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from app.extensions import settings
from app.refusals import Refusal

LONGEST = 2000  # characters
LONGEST_HOST = 253
PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
KEPT = "%/:=&?~+!$,;'@()*[]"  # what stands for itself in a path or query

IP = IPv4Address | IPv6Address

# Python 3.11 itself calls some of these global. Of IPv6 only what the registries give out is open: that leaves out the
# mapped (::ffff:0:0/96) and translated (64:ff9b::/96) forms of IPv4, local, link-local and multicast addresses.
OPEN_6 = ip_network("2000::/3")
CLOSED_6 = [
    ip_network("2001::/23"),  # Teredo and other protocols' own
    ip_network("2001:db8::/32"),  # documentation
    ip_network("2002::/16"),  # 6to4, an IPv4 address in disguise
    ip_network("3fff::/20"),  # documentation
]
CLOSED_4 = [
    ip_network("0.0.0.0/8"),
    ip_network("10.0.0.0/8"),
    ip_network("100.64.0.0/10"),  # behind a provider's NAT
    ip_network("127.0.0.0/8"),
    ip_network("168.63.129.16/32"),  # Azure's own, of every virtual machine
    ip_network("169.254.0.0/16"),  # link-local, the clouds' metadata
    ip_network("172.16.0.0/12"),
    ip_network("192.0.0.0/24"),
    ip_network("192.0.2.0/24"),
    ip_network("192.88.99.0/24"),  # 6to4 relays
    ip_network("192.168.0.0/16"),
    ip_network("198.18.0.0/15"),
    ip_network("198.51.100.0/24"),
    ip_network("203.0.113.0/24"),
    ip_network("224.0.0.0/4"),  # multicast
    ip_network("240.0.0.0/4"),  # reserved, broadcast
]


class Unreachable(Exception):
    """No message gets there; its text is a sentence for whoever set the address."""


class Address(NamedTuple):
    """A web address in the parts that a connection needs. `host` is ASCII, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int
    target: str


def check(url: str, field: str = "webhook_url") -> None:
    """Refuses with `invalid` what is no address to send to, or says by itself that it is a private one."""
    address = parse(url, field)
    if settings().WEBHOOKS_TO_PRIVATE:
        return
    found = literal(address.host)
    local = address.host == "localhost" or address.host.endswith(".localhost")
    if local or (found is not None and not is_public(found)):
        raise _refusal("That address is a private one. Give one that the whole internet can reach.", field)


def parse(url: str, field: str = "webhook_url") -> Address:
    """The parts of an address. Refuses with `invalid`."""
    if len(url) > LONGEST:
        raise _refusal(f"A webhook address has {LONGEST:,} characters at most.", field)
    if not url.isprintable() or " " in url:
        raise _refusal("A webhook address has no spaces or line breaks.", field)
    parts, port = _split(url, field)
    if "@" in parts.netloc:
        raise _refusal("Leave name and password out of the address: the signature tells that it is us.", field)
    target = quote(parts.path or "/", safe=KEPT) + (f"?{quote(parts.query, safe=KEPT)}" if parts.query else "")
    return Address(parts.scheme, _host(parts, field), port or PORTS[parts.scheme], target)


def public(host: str) -> list[str]:
    """What a host's name stands for at this moment: addresses to connect to, every one open to all.

    Raises Unreachable for a name that is unknown or has any other address.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable(f"Nobody knows where {host} is: the name could not be resolved.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings().WEBHOOKS_TO_PRIVATE and not all(is_public(ip_address(address)) for address in addresses):
        raise Unreachable(f"{host} stands for a private address, and nothing is sent to those.")
    return addresses


def is_public(address: IP) -> bool:
    """Whether it is anybody's on the internet: not private, not local, and no other address in disguise."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED_4)
    return address in OPEN_6 and not any(address in network for network in CLOSED_6)


def literal(host: str) -> IP | None:
    """The address that a host is written as, in any notation that a connection would take: 127.1, 0x7f000001, …"""
    with suppress(ValueError):
        return ip_address(host)
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(host))
    return None


def _split(url: str, field: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refusal("That is no web address.", field) from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise _refusal("A webhook address begins with https:// or http:// and a host's name.", field)
    return parts, port


def _host(parts: SplitResult, field: str) -> str:
    """As it is asked for in DNS: other letters as xn--…, wide digits as plain ones, no dot at the end."""
    name = (parts.hostname or "").rstrip(".")
    if ":" in name and literal(name) is not None:
        return name
    with suppress(UnicodeError):
        host = name.encode("idna").decode().lower()
        if HOST.fullmatch(host) and len(host) <= LONGEST_HOST:
            return host
    raise _refusal("That is no host's name.", field)


def _refusal(message: str, field: str) -> Refusal:
    return Refusal("invalid", message, field=field)
