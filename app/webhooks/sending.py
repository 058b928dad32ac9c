"""One POST to somebody's address: to where its name was found to lead and nowhere else, in bounded time.

No redirects, no proxies, no cookies. The name is resolved once, the connection goes to what was checked, and TLS still
asks for a certificate of the name.
"""

import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

import httpcore

from app.refusals import Refusal
from app.webhooks import addresses
from app.webhooks.addresses import Address, Unreachable

CONNECT = 5.0  # seconds to get through to it
WHOLE = 15.0  # seconds for everything
MOST_TRIED = 4  # of a host's addresses
READ = 2000  # bytes of the answer that are looked at
AGENT = "Limn-Webhooks/1"

BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str  # its beginning
    retry_after: int | None  # seconds that it asks for


def send(url: str, headers: Mapping[str, str], body: str) -> Answer:
    """What answered. Raises Unreachable."""
    ends = monotonic() + WHOLE
    try:
        address = addresses.parse(url)
    except Refusal as refusal:
        raise Unreachable(refusal.message) from None
    route = Route(addresses.public(address.host), ends)
    try:
        with httpcore.ConnectionPool(ssl_context=trusted(), network_backend=route) as pool:
            return _post(pool, address, headers, body)
    except httpcore.TimeoutException as error:
        raise Unreachable(_too_late(error)) from None
    except httpcore.NetworkError as error:
        raise Unreachable(_broken(error, address.host)) from None
    except httpcore.ProtocolError:
        raise Unreachable("What answered does not speak HTTP.") from None


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates count: those this machine trusts."""
    return ssl.create_default_context()


class Route(httpcore.SyncBackend):
    """Leads to given addresses, whatever name it is asked for, and ends at a moment."""

    def __init__(self, found: list[str], ends: float) -> None:
        self.found, self.ends = found, ends

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  (asking for it once more is what must not be)
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Through to the first that takes it."""
        until = monotonic() + min(timeout or CONNECT, _left(self.ends))
        stream = self._first(self.found[:MOST_TRIED], port, until, local_address, socket_options)
        return Stream(stream, self.ends)

    def _first(self, found: list[str], port: int, until: float, *options: Any) -> httpcore.NetworkStream:
        """Each is given its share of the time: a host may have an IPv6 address that we cannot reach."""
        address, *others = found
        try:
            return super().connect_tcp(address, port, _left(until) / len(found), *options)
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            if not others:
                raise
        return self._first(others, port, until, *options)


class Stream(httpcore.NetworkStream):
    """A connection that ends at a moment, however slowly its bytes come."""

    def __init__(self, inner: httpcore.NetworkStream, ends: float) -> None:
        self.inner, self.ends = inner, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _left(self.ends, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _left(self.ends, timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Stream(self.inner.start_tls(ssl_context, server_hostname, _left(self.ends, timeout)), self.ends)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _left(until: float, most: float | None = None) -> float:
    left = until - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if most is None else min(left, most)


def _post(pool: httpcore.ConnectionPool, address: Address, headers: Mapping[str, str], body: str) -> Answer:
    scheme, host, port, target = address
    shown = f"[{host}]" if ":" in host else host
    own = {
        "Host": shown if port == addresses.PORTS[scheme] else f"{shown}:{port}",
        "User-Agent": AGENT,
        "Content-Type": "application/json",
        "Connection": "close",
    }
    url = httpcore.URL(scheme=scheme, host=host, port=port, target=target)
    content = body.encode()
    sent = [*own.items(), ("Content-Length", str(len(content))), *headers.items()]
    timeouts = {"timeout": {"connect": CONNECT, "read": WHOLE, "write": WHOLE, "pool": WHOLE}}
    with pool.stream("POST", url, headers=sent, content=content, extensions=timeouts) as response:
        return Answer(response.status, _beginning(response), _retry_after(response))


def _beginning(response: httpcore.Response) -> str:
    """The first bytes as text. With the status known, an answer that trickles or breaks off is one still."""
    read = b""
    with suppress(*BROKEN):
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= READ:
                break
    return read[:READ].decode("utf-8", "replace").replace("\0", "")


def _retry_after(response: httpcore.Response) -> int | None:
    asked = {name.lower(): value for name, value in response.headers}.get(b"retry-after", b"")
    return int(asked) if asked.isdigit() and len(asked) < 10 else None


def _too_late(error: httpcore.TimeoutException) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return f"No connection within {CONNECT:.0f} seconds."
    return f"No answer within {WHOLE:.0f} seconds."


def _broken(error: httpcore.NetworkError, host: str) -> str:
    cause = error.args[0] if error.args else None  # the system's own error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"The certificate does not prove that it is {host}: {cause.verify_message}."[:300]
    if isinstance(cause, ssl.SSLError):
        return f"No secure connection to {host}: {cause.reason or 'TLS failed'}."
    if isinstance(cause, ConnectionRefusedError):
        return f"{host} takes no connections there."
    return "No connection, or it broke off before an answer."
