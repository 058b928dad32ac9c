"""The process children are forked from: `python -m app.imaging.sandbox.zygote`, its worker's socket as standard input.

It has loaded every library and has one thread, so that a fork is cheap and safe. It serves one call after the other and
ends with its worker.
"""

import gc
import importlib
import json
import logging
import os
import pkgutil
import select
import shutil
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import app.imaging
from app.imaging.sandbox import child, family

READY, TAKEN = b"ready", b"!"
# Not onnxruntime: it starts a thread when imported, and a fork copies no threads. OpenCV starts them when used.
LIBRARIES = (
    "PIL.Image",
    "numpy",
    "pillow_heif",
    "resvg_py",
    "pypdfium2",
    "cv2",
    "rawpy",
    "vtracer",
    "pikepdf",
    "lxml.etree",
    "olefile",
)
LAST_WORDS = 4096  # bytes
PACE = 0.001  # seconds between looks at those who are being killed

logger = logging.getLogger(__name__)


class Call(NamedTuple):
    """File descriptors: where the request lies, where the answer goes, a socket that the worker closes to end it."""

    request: int
    reply: int
    line: int
    limits: child.Limits


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    child.prctl(child.PR_SET_CHILD_SUBREAPER, 1)
    child.prctl(child.PR_SET_DUMPABLE, 0)  # no child may look into it
    bell = _listen()
    _load()
    os.chdir(tempfile.gettempdir())
    with suppress(ConnectionError):  # its worker went meanwhile: there will be no calls
        control.sendall(READY)
    scaffold = _found(Path(tempfile.gettempdir()))  # where the project itself lies below /tmp
    for call in _calls(control):
        _serve(call, control, bell, scaffold)
    with suppress(OSError):
        Path(tempfile.gettempdir()).rmdir()


def _listen() -> socket.socket:
    """A socket that can be read when a child has ended."""
    bell, rope = socket.socketpair()
    bell.setblocking(False)
    rope.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(rope.detach(), warn_on_full_buffer=False)
    return bell


def _load() -> None:
    """Ahead of time, which saves time and nothing else: what fails here fails again, and is told, where it is used."""
    rooms = pkgutil.walk_packages(app.imaging.__path__, "app.imaging.", onerror=lambda _: None)
    for module in (*LIBRARIES, *(room.name for room in rooms if "sandbox" not in room.name)):
        try:
            importlib.import_module(module)
        except Exception:
            logger.warning("%s cannot be loaded", module, exc_info=True)
    importlib.import_module("PIL.Image").init()
    gc.collect()
    gc.freeze()


def _calls(control: socket.socket) -> Iterator[Call]:
    while True:
        try:
            asked, descriptors, _, _ = socket.recv_fds(control, 1024, 3)
        except ConnectionError:  # its worker went with something still unread
            return
        if not asked:
            return
        request, reply, line = descriptors
        yield Call(request, reply, line, child.Limits(*json.loads(asked)))


def _serve(call: Call, control: socket.socket, bell: socket.socket, scaffold: set[Path]) -> None:
    with tempfile.TemporaryFile() as said, socket.socket(fileno=call.line) as line:
        with suppress(OSError):
            line.sendall(TAKEN)
        pid = os.fork()
        if pid == 0:
            for private in (control, bell, line):
                private.close()
            child.live(call.request, call.reply, said.fileno(), call.limits)
        os.close(call.request)
        os.close(call.reply)
        status = _wait(pid, line, bell)
        said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_WORDS))
        words = said.read().decode(errors="replace")
        _empty(Path(tempfile.gettempdir()), scaffold)
        with suppress(OSError):
            line.sendall(json.dumps([status, words]).encode())


def _wait(pid: int, line: socket.socket, bell: socket.socket) -> int:
    """Its exit code, negative for a signal. Nobody it started outlives it."""
    ended: dict[int, int] = {}
    while pid not in ended:
        asked, _, _ = select.select([line, bell], [], [])
        if line in asked:
            break
        with suppress(BlockingIOError):
            bell.recv(1024)
        _reap(ended)
    while _reap(ended):
        _kill(pid)
        time.sleep(PACE)
    return ended[pid]


def _reap(ended: dict[int, int]) -> bool:
    """Note who has ended. Whether somebody has not."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return True
            ended[pid] = os.waitstatus_to_exitcode(status)
    return False


def _kill(pid: int) -> None:
    """Everybody. As the first process of a namespace at one stroke, which no fork escapes; else again and again."""
    everybody = -1
    family.kill([everybody] if os.getpid() == 1 else [-pid, *family.descendants(os.getpid())])


def _found(folder: Path) -> set[Path]:
    """All there is in a folder, up to where something else is mounted: what the project, say, is bound to."""
    found = set(folder.iterdir())
    return found.union(*(_found(path) for path in found if _is_inside(path, folder)))


def _empty(folder: Path, but: set[Path]) -> None:
    for path in folder.iterdir():
        if path in but:
            if _is_inside(path, folder):
                _empty(path, but)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, onerror=_unlock)
        else:
            path.unlink(missing_ok=True)


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether it is a folder of the same file system."""
    status = path.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_dev == folder.lstat().st_dev


def _unlock(_step: object, path: str, _error: object) -> None:
    """A folder that its maker has closed."""
    with suppress(OSError):
        Path(path).chmod(0o700)
        shutil.rmtree(path)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s zygote: %(message)s")
    main()
