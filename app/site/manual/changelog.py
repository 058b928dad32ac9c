"""What changed in the API, from docs/api-changelog.toml."""

import tomllib
from datetime import date
from functools import cache
from typing import NamedTuple

from config import ROOT

FILE = ROOT / "docs/api-changelog.toml"


class Version(NamedTuple):
    version: str
    date: date
    changes: list[str]
    endpoints: list[str]  # those that came with it, as "POST /api/generate"


@cache
def versions() -> tuple[Version, ...]:
    """Newest first."""
    return tuple(Version(**found) for found in tomllib.loads(FILE.read_text(encoding="utf-8"))["version"])


def newest() -> str:
    return versions()[0].version


@cache
def came_with() -> dict[str, str]:
    """The version of each endpoint."""
    return {endpoint: found.version for found in versions() for endpoint in found.endpoints}
