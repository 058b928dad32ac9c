"""Throwaway servers, one of each for a test session: `postgres` and `redis` hand every test an empty one.

They skip by name where the program is not installed, and listen on loopback alone.
"""

import os
import pwd
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import redis as redis_client

from tests.skips import program, require

PATIENCE = 20  # seconds a server may take to answer
_numbers = count(1)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    with fresh_database(postgres_server) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the `postgres` database of a new server."""
    require("postgresql")
    with _folder() as folder:
        data, port = str(folder / "data"), free_port()
        user, group = _ordinary_user()
        initdb = [program("initdb"), "-D", data, "-U", "limn", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, group=group)
        options = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-F", "-c", "max_connections=200"]
        with _running([program("postgres"), "-D", data, *options], folder / "log"):
            address = f"postgresql://limn@127.0.0.1:{port}/postgres"
            _wait(lambda: psycopg.connect(address).close(), psycopg.OperationalError, folder / "log")
            yield address


@pytest.fixture(scope="session")
def new_database(postgres_server: str) -> Callable[..., AbstractContextManager[str]]:
    """Makes databases on the server: `with new_database() as address`."""
    return partial(fresh_database, postgres_server)


@contextmanager
def fresh_database(server: str, template: str = "template1") -> Iterator[str]:
    """The address of a new database, copied from `template`, which nobody may be connected to. Dropped afterwards."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.removesuffix("postgres") + name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis(redis_server: str) -> str:
    """The address of a Redis with nothing in it."""
    with redis_client.Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    require("redis")
    with _folder() as folder:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "no"]
        with _running([program("redis-server"), *options], folder / "log"):
            address = f"redis://127.0.0.1:{port}/0"
            with redis_client.Redis.from_url(address) as connection:
                _wait(connection.ping, redis_client.ConnectionError, folder / "log")
            yield address


def free_port() -> int:
    """A port below those the system gives to outgoing connections, so that none of them takes it in between."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def _folder() -> Iterator[Path]:
    """Not pytest's: its folders are closed to the ordinary user that PostgreSQL insists on."""
    with TemporaryDirectory(prefix="limn-") as folder:
        user, group = _ordinary_user()
        os.chown(folder, -1 if user is None else user, -1 if group is None else group)
        yield Path(folder)


def _ordinary_user() -> tuple[int | None, int | None]:
    """Who runs the servers, user and group, where that is not whoever runs the tests: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None, None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[None]:
    user, group = _ordinary_user()
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, user=user, group=group) as server:
        try:
            yield
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=2)  # PostgreSQL would wait for its clients
            server.kill()


def _wait(answers: Callable[[], object], not_yet: type[Exception], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answers()
        except not_yet:
            if time.monotonic() > deadline:
                raise TimeoutError(log.read_text()) from None
            time.sleep(0.05)
        else:
            return
