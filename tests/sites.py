"""A whole Limn as `make run` serves it, for tests that need a real one: `with running_site(folder) as site`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.databases import migrated
from tests.services import free_port

START = 120  # seconds; several may start at the same moment
SMALL = {"WEB_WORKERS": "1", "TOOL_WORKERS": "1", "MODEL_WORKERS": "1"}  # each loads much, and a test is one person


@dataclass
class Site:
    """A running `python -m app.serve`, what answers at its port, and the file with all it printed."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    output: Path

    @property
    def address(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def wait_until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START
        while not holds():
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def answers(self) -> bool:
        with suppress(httpx.TransportError):
            return self.client.get("/health/ready").status_code == 200
        return False

    def workers(self) -> list[int]:
        """Those past their start: they have threads."""
        return [pid for pid in children(self.process.pid) if "app.worker" in command(pid) and threads(pid) > 1]

    def web_processes(self) -> list[int]:
        """Those that answer requests, not the one that watches them."""
        masters = [pid for pid in children(self.process.pid) if "gunicorn" in command(pid)]
        return [child for master in masters for child in children(master)]

    def register(self, email: str) -> dict[str, str]:
        """The headers of a program of somebody who has just made an account."""
        with httpx.Client(base_url=self.address, timeout=30) as browser:
            answer = browser.post("/api/register", json={"email": email, "password": "correct horse battery"})
            assert answer.status_code == 200, answer.text
            return {"X-API-Key": browser.post("/api/keys", json={"name": "a program"}).json()["key"]}


@contextmanager
def running_site(folder: Path, **settings: str) -> Iterator[Site]:
    """A site that answers, with its data in `folder`, where it finds its database. Afterwards it is killed."""
    (folder / "my data").mkdir()
    (folder / "my data/limn.sqlite").write_bytes(migrated())
    with new_site(folder, **settings) as site:
        yield site


@contextmanager
def new_site(folder: Path, **settings: str) -> Iterator[Site]:
    """One that makes its database itself. Afterwards it is killed, and must have printed no traceback."""
    port, output = free_port(), folder / "output"
    here = {"PORT": str(port), "DATA_DIR": str(folder / "my data"), "PUBLIC_URL": "", "PATH": _without_nice(folder)}
    with (
        output.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "app.serve"], env={**os.environ, **SMALL, **here, **settings}, stdout=out, stderr=out
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        site = Site(process, client, output)
        try:
            site.wait_until(site.answers)
            yield site
        finally:
            process.kill()  # and with it everybody: a gentle stop takes seconds, and has tests of its own
    assert "Traceback" not in output.read_text(), output.read_text()


def _without_nice(folder: Path) -> str:
    """PATH with another `nice`: workers that give way to pages would give way to all the other tests, for minutes."""
    nice = folder / "bin/nice"
    nice.parent.mkdir()
    nice.write_text('#!/bin/sh\nexec "$@"\n')
    nice.chmod(0o755)
    return f"{nice.parent}:{os.environ['PATH']}"


def descendants(pid: int) -> list[int]:
    return [found for child in children(pid) for found in (child, *descendants(child))]


def children(pid: int) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def command(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def threads(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    return 0


def alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive: its command line is empty."""
    return command(pid) != ""
