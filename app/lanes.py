"""Lanes of wake-ups over Huey, so that none waits behind another: `tools` (seconds), one for each model, `messages`.

A wake-up says "look at the table" and nothing more. It may be lost or repeated without harm.
"""

import logging
from collections.abc import Callable
from functools import cached_property
from urllib.parse import urlsplit

from flask import Flask, current_app
from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from redis import ConnectionPool

from app.doorbell import Doorbell
from config import Settings

TOOLS, MESSAGES = "tools", "messages"

logger = logging.getLogger(__name__)


class Lane:
    """One Huey and its one task. A worker listens; everybody else only ever calls `wake`."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        # A SQLite queue cannot tell anybody that something came: this does, so that workers need not ask all the time.
        self.bell = None if settings.QUEUE_URL else Doorbell(settings.DATA_DIR / "run" / f"bell-{name}")
        self._on_wake: Callable[[], bool] = _nobody_home

    @cached_property
    def huey(self) -> Huey:
        """Opened at first use: Huey makes its tables at once, and creating an app must touch nothing."""
        return open_huey(self.name, self.settings)

    @cached_property
    def _wake(self) -> Callable[[], object]:
        task: Callable[[], object] = self.huey.task(name="wake")(self.look)
        return task

    def wake(self) -> None:
        """Tell a worker to look. A queue out of reach costs two seconds: workers also look when idle."""
        try:
            self._wake()
            if self.bell:
                self.bell.ring()
        except Exception as error:  # noqa: BLE001  (each store has its own errors, and none may undo a paid job)
            logger.warning("the %s lane could not be woken: %s", self.name, error)

    def look(self) -> bool:
        """What a wake-up asks for. False if nothing waits."""
        return self._on_wake()

    def listen(self, on_wake: Callable[[], bool]) -> Huey:
        """Answer wake-ups with `on_wake`. The Huey to consume, its task registered."""
        self._on_wake = on_wake
        return self._wake.huey  # type: ignore[attr-defined]

    def close(self) -> None:
        """Let go of the queue's connection, if there is one."""
        if "huey" in self.__dict__:
            self.huey.storage.close()
        if self.bell:
            self.bell.close()


class Lanes:
    def init_app(self, app: Flask) -> None:
        names = (TOOLS, *app.extensions["models"], MESSAGES)
        app.extensions["lanes"] = {name: Lane(name, app.extensions["settings"]) for name in names}

    def __getitem__(self, name: str) -> Lane:
        lane: Lane = current_app.extensions["lanes"][name]
        return lane


def open_huey(name: str, settings: Settings) -> Huey:
    """A Huey for one lane, in the store that QUEUE_URL names. Messages are pickles, hence signed."""
    common = {
        "name": f"limn-{name}",
        "results": False,
        "serializer": SignedSerializer(secret=settings.SECRET_KEY, salt=f"limn-{name}"),
    }
    scheme = urlsplit(settings.QUEUE_URL).scheme
    if not scheme:
        return SqliteHuey(filename=str(settings.DATA_DIR / f"queue-{name}.sqlite"), fsync=False, **common)
    if scheme == "postgresql":
        return PostgresHuey(dsn=settings.QUEUE_URL, connect_timeout=2, **common)
    pool = ConnectionPool.from_url(settings.QUEUE_URL, socket_connect_timeout=1, socket_timeout=2)
    return PriorityRedisHuey(connection_pool=pool, clean_name=False, **common)  # or sd-1.5 and sd15 would be one


def _nobody_home() -> bool:
    raise RuntimeError("a wake-up was taken by a process that is no worker")
