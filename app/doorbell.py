"""A bell between processes of one machine: a named pipe that carries no news but that there is some."""

import os
import select
from contextlib import suppress
from pathlib import Path
from threading import Lock

RINGS = 4096  # taken at once


class Doorbell:
    """`ring` never waits and may go unheard; whoever listens must look by themselves now and then."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ear: int | None = None
        self._opening = Lock()  # by one of a process's threads

    def ring(self) -> None:
        with suppress(OSError):  # nobody listens, or it has rung so often that the pipe is full
            bell = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(bell, b".")
            finally:
                os.close(bell)

    def wait(self, seconds: float) -> None:
        """Until it rings, at most so long. Of several listeners each may wake."""
        with self._opening:
            if self._ear is None:
                self._ear = self._listen()
        if select.select([self._ear], [], [], seconds)[0]:
            with suppress(BlockingIOError):  # another listener was quicker
                os.read(self._ear, RINGS)

    def close(self) -> None:
        if self._ear is not None:
            os.close(self._ear)
            self._ear = None

    def _listen(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.mkfifo(self.path, 0o600)
        return os.open(self.path, os.O_RDWR | os.O_NONBLOCK)  # writable too, or it would end with its last ringer
