"""What a batch has done, line by line on the disk, so that the same command after a Ctrl-C or a crash does the rest.

A run is known by what is asked and by the content of its file. Its idempotency key follows from both: even where the
last line was never written, the server recognises the run and is paid once.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from limn.account import home

KEPT = 30 * 86_400  # seconds since a journal was last written


@dataclass(frozen=True)
class Record:
    """How far a run got: `job_id` once the server took it, `saved` once its files lay there."""

    attempt: int = 1
    job_id: str | None = None
    saved: tuple[str, ...] = field(default=())


class Journal:
    """An open journal, ours alone until it is closed. Raises BlockingIOError where another process has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.nonce = ""
        self._records: dict[str, Record] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(path.parent)
        self._file = path.open("a+", encoding="utf-8")
        try:
            lock(self._file)
        except OSError:
            self._file.close()
            raise BlockingIOError("The same command is running already.") from None
        self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def of(self, digest: str) -> Record:
        return self._records.get(digest, Record())

    def note(self, digest: str, record: Record) -> None:
        """On the disk before it returns, as far as a killed process is concerned."""
        self._records[digest] = record
        self._write({"file": digest, "attempt": record.attempt, "job_id": record.job_id, "saved": record.saved})

    def again(self, digest: str) -> Record:
        """What was begun has come to nothing: the next try is a run of its own."""
        fresh = replace(self.of(digest), attempt=self.of(digest).attempt + 1, job_id=None, saved=())
        self.note(digest, fresh)
        return fresh

    def start_over(self, nonce: str) -> None:
        """Forget everything. With the nonce nothing that comes is a run of before."""
        self._file.truncate(0)
        self._records.clear()
        self.nonce = nonce
        self._write({"nonce": nonce})

    def remove(self) -> None:
        """It has served."""
        self.path.unlink(missing_ok=True)

    def _write(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def _read(self) -> None:
        """Whatever can be read: a crash may have torn the last line."""
        self._file.seek(0)
        text = self._file.read()
        if text and not text.endswith("\n"):
            self._file.write("\n")
        for line in text.splitlines():
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                self._take(json.loads(line))

    def _take(self, line: Mapping[str, object]) -> None:
        if "nonce" in line:
            self.nonce = str(line["nonce"])
            return
        saved = line.get("saved")
        self._records[str(line["file"])] = Record(
            int(str(line.get("attempt", 1))),
            str(line["job_id"]) if line.get("job_id") else None,
            tuple(str(path) for path in saved) if isinstance(saved, list) else (),
        )


def journal_for(*what: object) -> Path:
    """Where the journal of a command lies, by everything that is asked."""
    return home() / "batches" / f"{fingerprint(*what)[:32]}.jsonl"


def fingerprint(*what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _forget_old(folder: Path) -> None:
    for path in _journals(folder):
        with suppress(OSError):  # another process forgets as well
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()


def _journals(folder: Path) -> Iterable[Path]:
    return folder.glob("*.jsonl")


if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[str]) -> None:
        """Until the file is closed. Raises OSError where another process has it."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def lock(file: IO[str]) -> None:
        """Until the file is closed. Raises OSError where another process has it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
