"""Which server, and with which key: as given, else LIMN_URL and LIMN_KEY, else what `limn login` noted."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from limn.errors import Invalid

NEARBY = "http://127.0.0.1:8000"  # where `make run` serves


@dataclass(frozen=True)
class Account:
    url: str
    key: str | None = field(repr=False)


def find_account(url: str | None = None, key: str | None = None) -> Account:
    """A noted key is given to the server it was noted for, and to no other."""
    noted = read_noted()
    address = address_of(url or os.environ.get("LIMN_URL") or (noted.url if noted else NEARBY))
    found = key or os.environ.get("LIMN_KEY") or (noted.key if noted and noted.url == address else None)
    return Account(address, found.strip() if found else None)


def address_of(url: str) -> str:
    """As it is compared and put before paths. Refuses what is no address of a server."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise Invalid("invalid", f"“{url}” is no address of a server. It begins with http:// or https://.")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def absolute(path: str, url: str) -> str:
    """An address below the server's, unless it is one of its own."""
    return path if "://" in path else url + path


def home() -> Path:
    """The folder for what the client notes: the login, the lists of tools, the journals of batches."""
    if named := os.environ.get("LIMN_HOME"):
        return Path(named)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "limn"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "limn"


def note(account: Account) -> Path:
    """Write it down where only its owner reads it."""
    path = _login_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"url": account.url, "key": account.key}, file)
    part.replace(path)
    return path


def forget() -> bool:
    """Whether there was something to forget."""
    with suppress(FileNotFoundError):
        _login_file().unlink()
        return True
    return False


def read_noted() -> Account | None:
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        found = json.loads(_login_file().read_text())
        return Account(str(found["url"]), str(found["key"]))
    return None


def _login_file() -> Path:
    return home() / "login.json"
