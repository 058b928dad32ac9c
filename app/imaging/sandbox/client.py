"""What a worker holds: one zygote, started when first needed and again when it has died."""

import logging
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from app.imaging.bounds import MB, Budget, Budgets
from app.imaging.made import Made
from app.imaging.sandbox import answer, heavy
from app.imaging.sandbox.answer import ChildError
from app.imaging.sandbox.child import STARVED, STARVING
from app.imaging.sandbox.isolation import Isolation, named, strongest
from app.imaging.sandbox.running import PACE, GoneError, Zygote
from app.refusals import Refusal

HEAVY = Budgets().heavy

logger = logging.getLogger(__name__)


class Sandbox:
    """`call` runs work on untrusted bytes in a child. Of any thread, one call at a time.

    `shows` are files and folders that children may read besides the code (model files); `hides` are never shown, even
    where they lie beside something that is. Budgets with as much memory as `heavy` take turns on the machine.
    `isolation` asks for a level by name instead of the strongest there is.
    """

    def __init__(
        self,
        *,
        shows: Sequence[Path] = (),
        hides: Sequence[Path] = (),
        heavy: Budget = HEAVY,
        isolation: str | None = None,
    ) -> None:
        self._shows, self._hides, self._heavy, self._asked = shows, hides, heavy, isolation
        self._zygote: Zygote | None = None
        self._lock = threading.Lock()

    @property
    def isolation(self) -> str:
        """In force: bubblewrap, namespaces or none. Only with one of the first two is there no network."""
        return self._level.name

    def warm(self) -> None:
        """Start the zygote now, without waiting for it."""
        with self._lock:
            self._alive()

    def call(
        self,
        work: Callable[..., Made],
        *given: Any,
        budget: Budget,
        on_wait: Callable[[], None],
        **options: Any,
    ) -> Made:
        """What `work(*given, **options)` makes; work is a function of a module. Raises ChildError for faults of ours.

        Refuses what the work refuses, and with `timeout`, `out_of_memory` or `unreadable`. `on_wait` is called about
        five times a second; what it raises ends the work.
        """
        queue = heavy.turn(on_wait) if budget.memory >= self._heavy.memory else nullcontext()
        with queue, self._turn(on_wait), _blank() as request, _blank() as reply:
            pickle.dump((work, given, options), request, pickle.HIGHEST_PROTOCOL)
            request.flush()
            request.seek(0)
            try:
                status, words = self._ready(on_wait).run(request, reply, budget, on_wait)
            except GoneError:
                status, words = self._ready(on_wait).run(request, reply, budget, on_wait)
            if refusal := _verdict(status, words, budget):
                raise refusal
            reply.seek(0)
            return answer.read(reply, os.fstat(reply.fileno()).st_size)

    def close(self) -> None:
        """End the zygote. The next call starts another."""
        with self._lock:
            if self._zygote:
                self._zygote.close()
            self._zygote = None

    @cached_property
    def _level(self) -> Isolation:
        choose = (self._shows, self._hides)
        level = named(self._asked, *choose) if self._asked else strongest(*choose)
        if level.prefix:
            logger.info("files are opened without network, in isolation by %s", level.name)
        else:
            logger.warning("files are opened with limits but without isolation: install bubblewrap for it")
        return level

    @contextmanager
    def _turn(self, on_wait: Callable[[], None]) -> Iterator[None]:
        while not self._lock.acquire(timeout=PACE):
            on_wait()
        try:
            yield
        finally:
            self._lock.release()

    def _alive(self) -> Zygote:
        if self._zygote and not self._zygote.usable():
            self._zygote.close()
            self._zygote = None
        self._zygote = self._zygote or Zygote(self._level)
        return self._zygote

    def _ready(self, on_wait: Callable[[], None]) -> Zygote:
        zygote = self._alive()
        zygote.await_ready(on_wait)
        return zygote


def _verdict(status: int | None, words: str, budget: Budget) -> Refusal | None:
    """What to tell about a child that left no answer."""
    if status == 0:
        return None
    if status is None or status == -signal.SIGXCPU:
        return Refusal(
            "timeout",
            f"This took longer than the {budget.seconds:g} seconds there are for it. Try a smaller or simpler file.",
            seconds=budget.seconds,
        )
    if status in (STARVED, -signal.SIGKILL) or (status < 0 and STARVING.search(words)):
        return Refusal(
            "out_of_memory",
            f"This needs more than the {budget.memory // MB} MB of memory there are for it. Try a smaller file.",
        )
    if status < 0:
        logger.warning("a child ended by signal %d: %s", -status, words)
        return Refusal(
            "unreadable",
            "This file makes the program that reads it break off. Save it anew in another program and try again.",
        )
    raise ChildError(words or f"the child ended with status {status}")


def _blank() -> BinaryIO:
    """A file without a name, in memory where the system can."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("limn"), "w+b")
    return tempfile.TemporaryFile()
