"""The server's tools, noted for an hour so that a command starts at once. Without the server the last note serves."""

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from limn.account import find_account, home
from limn.answers import Tool
from limn.errors import OutOfReach
from limn.retrying import Retrying
from limn.sync import Limn

FRESH = 3600  # seconds
TWICE = Retrying(tries=2)


def catalogue(fresh: float = FRESH) -> list[Tool]:
    """Raises OutOfReach when the server does not answer and never has."""
    account = find_account()
    path = home() / "tools" / f"{hashlib.sha256(account.url.encode()).hexdigest()[:16]}.json"
    noted = _read(path)
    if noted and time.time() - path.stat().st_mtime < fresh:
        return noted
    try:
        with Limn(account.url, account.key, timeout=10, retrying=TWICE) as limn:
            found = limn.tools()
    except OutOfReach as error:
        if noted:
            return noted
        raise OutOfReach(error.code, f"No answer from {account.url}. Is this the address, and is it running?") from None
    _write(path, found)
    return found


def _read(path: Path) -> list[Tool]:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        return [Tool.of(tool) for tool in json.loads(path.read_text())]
    return []


def _write(path: Path, tools: list[Tool]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps([asdict(tool) for tool in tools]))
    part.replace(path)
