"""A running site, and somebody with a key and credits enough, for samples that run."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.cast import PASSWORD
from tests.sites import running_site

EMAIL = "ann@limn.example"


@dataclass(frozen=True)
class Served:
    """`environment` is what a program finds around it."""

    address: str
    environment: dict[str, str]


@pytest.fixture(scope="package")
def served_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("site")
    with running_site(folder) as site, httpx.Client(base_url=site.address, timeout=30) as ann:
        ann.post("/api/register", json={"email": EMAIL, "password": PASSWORD}).raise_for_status()
        key = ann.post("/api/keys", json={"name": "samples"}).raise_for_status().json()["key"]
        _make_rich(folder / "my data")
        yield Served(site.address, {**os.environ, "LIMN_API_KEY": key, "LIMN_COOKIE": ann.cookies["limn"]})


def _make_rich(data: Path) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "people", "set-plan", EMAIL, "max"]
    subprocess.run(command, env={**os.environ, "DATA_DIR": str(data)}, check=True, capture_output=True)
