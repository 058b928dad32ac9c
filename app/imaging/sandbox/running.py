"""A running zygote as its worker sees it: started, asked, listened to, ended."""

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO

from app.imaging.bounds import Budget
from app.imaging.sandbox import family
from app.imaging.sandbox.answer import ChildError
from app.imaging.sandbox.isolation import IN_FORCE, ROOT, Isolation

PACE = 0.2  # seconds between two calls of on_wait
START = 120.0  # seconds a zygote may take to load its libraries, on a slow machine for the first time
GRACE = 5.0  # seconds it may take to end a child
MESSAGE = 64 * 1024  # bytes


class GoneError(ChildError):
    """It did not take the call: nothing has happened."""


class Zygote:
    def __init__(self, level: Isolation) -> None:
        self._control, theirs = socket.socketpair()
        self._own = "" if level.temp else tempfile.mkdtemp(prefix="limn-")
        self._loaded = self._broken = False
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [*level.prefix, sys.executable, "-m", "app.imaging.sandbox.zygote"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(level.temp or self._own, level.name),
                cwd=ROOT,
                start_new_session=True,  # a Ctrl-C is for its worker, which may want to end the job at hand
            )

    def usable(self) -> bool:
        """Nothing but its end, or its being ready, makes the socket readable."""
        return not self._broken and self._process.poll() is None and not (self._loaded and _readable(self._control))

    def await_ready(self, on_wait: Callable[[], None]) -> None:
        if not self._loaded:
            self._loaded = _heard(self._control, START, on_wait) == b"ready"
        if not self._loaded:
            self.close()
            raise ChildError("the sandbox does not start: its own output, above in the log, tells why")

    def run(
        self, request: BinaryIO, reply: BinaryIO, budget: Budget, on_wait: Callable[[], None]
    ) -> tuple[int | None, str]:
        """Exit status (None: out of time) and last words of the child. Raises GoneError, or ChildError."""
        line, theirs = socket.socketpair()
        with line:
            with theirs:
                self._hand_over((request, reply, theirs), budget)
            try:
                said = _listen(line, budget.seconds, on_wait)
            except BaseException:
                self._stop(line)
                raise
            if said is None:
                self._stop(line)
                return None, ""
        return self._status(said)

    def close(self) -> None:
        self._broken = True
        self._control.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._kill()
        if self._own:
            shutil.rmtree(self._own, ignore_errors=True)

    def _hand_over(self, files: Sequence[BinaryIO | socket.socket], budget: Budget) -> None:
        limits = json.dumps([budget.memory, _cpu(budget)]).encode()
        try:
            socket.send_fds(self._control, [limits], [file.fileno() for file in files])
        except OSError as error:
            self.close()
            raise GoneError("the sandbox died") from error

    def _status(self, said: bytes) -> tuple[int, str]:
        if not said:
            self.close()
            raise ChildError("the sandbox died at work")
        status, words = json.loads(said)
        return status, words

    def _stop(self, line: socket.socket) -> None:
        """Have the child killed, and whatever it started; with the zygote, if that does not answer."""
        line.shutdown(socket.SHUT_WR)
        line.settimeout(GRACE)
        try:
            stopped = bool(line.recv(MESSAGE))
        except OSError:
            stopped = False
        if not stopped:
            self._kill()
            self.close()

    def _kill(self) -> None:
        """What it is wrapped in does not take it along."""
        family.kill([*family.descendants(self._process.pid), self._process.pid])
        self._process.wait()


def _environment(temp: str, isolation: str) -> dict[str, str]:
    """All of it: no setting and no secret of the worker's. A BLAS without threads keeps the zygote fit to fork."""
    return {
        "PATH": os.defpath,
        "HOME": temp,
        "TMPDIR": temp,
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        IN_FORCE: isolation,
    }


def _listen(line: socket.socket, seconds: float, on_wait: Callable[[], None]) -> bytes | None:
    """First a sign that the call was taken, then, when time is not up before, how it ended."""
    if not _heard(line, GRACE, on_wait, most=1):
        raise GoneError("the sandbox does not answer")
    return _heard(line, seconds, on_wait)


def _heard(line: socket.socket, seconds: float, on_wait: Callable[[], None], most: int = MESSAGE) -> bytes | None:
    """What comes in; nothing when the other side is gone, None when time is up."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        line.settimeout(min(PACE, left))
        with suppress(TimeoutError):
            try:
                return line.recv(most)
            except ConnectionError:
                return b""
        on_wait()
    return None


def _readable(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        line.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


def _cpu(budget: Budget) -> int:
    """Seconds over all cores. The clock ends a child long before, unless the clock's keeper is gone."""
    return math.ceil(budget.seconds) * (os.cpu_count() or 1) + 5
