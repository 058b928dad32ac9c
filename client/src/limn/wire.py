"""How requests look to httpx, for both clients."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from limn.account import Account, absolute
from limn.effects import Ask, Fetch
from limn.version import __version__

TIMEOUT = 60.0  # seconds between two signs of life


def parts(ask: Ask, account: Account) -> dict[str, Any]:
    """The arguments of httpx's request."""
    url, sent = headers(ask, account)
    found: dict[str, Any] = {"url": url, "headers": {**sent, **ask.headers}}
    if ask.json is not None:
        found["json"] = ask.json
    if ask.fields is not None:
        found["data"] = ask.fields
    if ask.files:
        found["files"] = ask.files
    return found


def headers(ask: Ask | Fetch, account: Account) -> tuple[str, dict[str, str]]:
    """The whole address, and the headers for it. The key goes to its own server alone."""
    url = absolute(ask.path, account.url)
    sent = {"User-Agent": f"limn-client/{__version__}"}
    if account.key and ask.with_key and urlsplit(url)[:2] == urlsplit(account.url)[:2]:
        sent["Authorization"] = f"Bearer {account.key}"
    return url, sent


def why(error: httpx.RequestError) -> str:
    """Why no answer came, in words."""
    if isinstance(error, httpx.TimeoutException):
        return "it took too long"
    if isinstance(error, httpx.ConnectError):
        return "the connection was refused, or there is no such address"
    return str(error) or type(error).__name__
