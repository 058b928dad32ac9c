"""A whole Limn as `make run` serves it, and people who use it from programs and from a terminal."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from config import ROOT
from limn import Limn
from tests.cast import PASSWORD, png
from tests.client.faulty import Faulty
from tests.sites import running_site

START = 60  # seconds
PATIENCE = 120  # seconds for a command
LIMITS = {"SIGN_UPS_PER_HOUR": "1000", "REQUESTS_PER_MINUTE_FREE": "10000"}  # everybody here is busy
_numbers = count(1)


@dataclass
class Programmer:
    """Somebody with a key, a folder to work in, and a home of their own. `environment` is that of their terminal."""

    url: str
    key: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def limn(self, *args: str | Path) -> subprocess.CompletedProcess[str]:
        """A command, from start to end."""
        with self.begins(*args) as process:
            out, err = process.communicate(timeout=PATIENCE)
            return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def begins(self, *args: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "limn", *map(str, args)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.env(), cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def env(self) -> dict[str, str]:
        ours = {"LIMN_URL": self.url, "LIMN_KEY": self.key, "LIMN_HOME": str(self.folder / ".home")}
        path = {"PYTHONPATH": str(ROOT / "client/src"), "PYTHONWARNINGS": "error"}
        return {**os.environ, **ours, **path, **self.environment}

    def client(self, **options: Any) -> Limn:
        return Limn(self.url, self.key, **options)

    @property
    def credits(self) -> int:
        with self.client() as limn:
            return limn.me().credits

    def has(self, *names: str) -> list[Path]:
        """Small pictures of these names, each another."""
        paths = [self.folder / name for name in names]
        for number, path in enumerate(paths):
            path.write_bytes(png(40 + number, 30))
        return paths

    def at(self, url: str) -> "Programmer":
        """The same person, who goes another way to the server."""
        return replace(self, url=url)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    with running_site(tmp_path_factory.mktemp("site"), **LIMITS) as running:
        yield running.address


@pytest.fixture
def ann(site: str, tmp_path: Path) -> Programmer:
    """With the hundred credits of a new account."""
    return Programmer(site, key_of(site, f"ann{next(_numbers)}@limn.example"), tmp_path)


@pytest.fixture
def faulty(site: str) -> Iterator[Faulty]:
    """A way to the site on which answers get lost when a test says so."""
    with Faulty(site) as proxy:
        yield proxy


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def format_of(path: Path) -> str | None:
    with Image.open(path) as image:
        return image.format


def key_of(site: str, email: str, **wishes: object) -> str:
    """An API key of somebody new."""
    with httpx.Client(base_url=site) as browser:
        browser.post("/api/register", json={"email": email, "password": PASSWORD}).raise_for_status()
        made = browser.post("/api/keys", json={"name": "limn", **wishes})
        return str(made.raise_for_status().json()["key"])
