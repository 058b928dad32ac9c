"""Files in a folder."""

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
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
        self.put_all({key: data})

    def put_all(self, files: Mapping[str, bytes]) -> None:
        """Synced side by side: a disk takes as long for one as for all of them."""
        with ThreadPoolExecutor(len(files) or 1) as threads:
            folders = set(threads.map(self._write, files.keys(), files.values()))
        for folder in folders:
            _sync_folder(folder)

    def _write(self, key: str, data: bytes) -> Path:
        """The folder that the file is in now."""
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
        return path.parent

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
