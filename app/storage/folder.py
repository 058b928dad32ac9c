"""Files in a folder."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from app.storage.protocol import Stored


class Folder:
    """Storage under `root`. A file appears under its name only when all of it is on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).rename(path)
        except BaseException:
            Path(name).unlink()
            raise
        _sync_folder(path.parent)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def stored(self) -> Iterator[Stored]:
        """Half-written files too, under their temporary names, so that pruning finds those a crash left."""
        for path in self.root.rglob("*"):
            with suppress(FileNotFoundError):  # renamed or deleted meanwhile
                status = path.stat()
                if stat.S_ISREG(status.st_mode):
                    yield Stored(path.relative_to(self.root).as_posix(), datetime.fromtimestamp(status.st_mtime, UTC))

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"the key {key!r} leads out of the storage")
        return path


def _sync_folder(folder: Path) -> None:
    """A rename lasts only when its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
