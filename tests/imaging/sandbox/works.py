"""What the tests have done in children: harmless things, and everything a file could make a decoder do."""

import ctypes
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.imaging.bounds import Bounds
from app.imaging.made import Encoded, Made
from app.refusals import Refusal

Work = Callable[..., Made]


def nothing() -> Made:
    return Made()


def echo(source: bytes, *, times: int = 1) -> Made:
    """As many files as asked, and a side and facts of every shape."""
    file = Encoded(source, "image/png", "png", 3, 2)
    facts = {"text": "ä", "none": None, "list": [1, 2.5, True], "table": {"Make": "Limn"}}
    return Made([file] * times, {"thumb": file._replace(data=source[::-1])}, facts)


def refuse() -> Made:
    raise Refusal("invalid", "There is no page 9.", field="page", pages=3)


def stumble() -> Made:
    raise LookupError("a fault of ours")


def answer_something_else() -> Made:
    return "nothing"  # type: ignore[return-value]


def sleep(seconds: float) -> Made:
    time.sleep(seconds)
    return Made()


def hang_deaf() -> Made:
    """Python holds the interpreter's lock and hears no signal."""
    for number in range(1, 32):
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_IGN)
    sum(range(10**13))
    return Made()


def chatter() -> Made:
    """Without end, and without minding that nobody can take any more."""
    while True:
        with suppress(OSError):
            os.write(1, b"x" * 65536)
            os.write(2, b"y" * 65536)


def multiply(mark: str) -> Made:
    """Children that leave the session, each of which makes more, sparing the machine after a few hundred."""
    for _ in range(300):
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            os.execlp("sleep", mark, "1000")  # noqa: S606
    time.sleep(1000)
    return Made()


def leave_somebody(mark: str) -> Made:
    """Answers at once, with a child left behind that has closed all doors."""
    if os.fork() == 0:
        os.setsid()
        os.execlp("sleep", mark, "1000")  # noqa: S606
    return Made(facts={"mark": mark})


def eat(megabytes: int) -> Made:
    """In Python."""
    return Made(facts={"length": len(b"\1" * (megabytes * 1024 * 1024))})


def eat_outside() -> Made:
    """In a library, which may say it in its own words."""
    import cv2
    import numpy as np

    cv2.resize(np.zeros((10, 10, 3), np.uint8), (60_000, 60_000))
    return Made()


def eat_and_abort() -> Made:
    """As C++ does."""
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def crash() -> Made:
    ctypes.string_at(0)
    return Made()


def end_by(number: int) -> Made:
    os.kill(os.getpid(), number)
    time.sleep(5)
    return Made()


def leave_silently() -> Made:
    os._exit(0)


def forge() -> Made:
    """What taken over code could answer: anything. Here a pickle that would run in the worker."""
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, b"\0\0\0\0\0\0\0\x23cos\nsystem\n(S'touch /tmp/limn-forged'\ntR.")
    os._exit(0)


def reach(port: int) -> Made:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError as error:
        return Made(facts={"error": type(error).__name__})
    return Made(facts={"error": ""})


def read(path: str) -> Made:
    try:
        return Made(facts={"text": Path(path).read_text()})
    except OSError as error:
        return Made(facts={"error": type(error).__name__})


def write(*paths: str) -> Made:
    """Which of the paths can be written."""
    written = []
    for path in paths:
        with suppress(OSError):
            Path(path).write_text("x")
            written.append(path)
    return Made(facts={"written": written})


def litter() -> Made:
    """Tell what lies in the temporary folder, unless it leads to the project, then leave things in it, one locked."""
    folder = Path(tempfile.gettempdir())
    found = sorted(str(path) for path in folder.iterdir() if not Path(__file__).is_relative_to(path))
    locked = folder / "locked"
    (locked / "inner").mkdir(parents=True)
    (locked / "inner" / "file").write_text("x")
    (folder / "link").symlink_to("/etc")
    (folder / "file").write_text("x")
    locked.chmod(0)
    return Made(facts={"folder": str(folder), "here": str(Path.cwd()), "found": found})


def look_around() -> Made:
    return Made(
        facts={
            "environment": dict(os.environ),
            "threads": threading.active_count(),
            "native_threads": len(list(Path("/proc/self/task").iterdir())),
            "leader": os.getpid() == os.getsid(0) == os.getpgrp(),
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208
            "loaded": [name for name in ("PIL.Image", "numpy", "pypdfium2", "onnxruntime") if name in sys.modules],
        }
    )


def spread(size: int) -> Made:
    """OpenCV with threads of its own."""
    import cv2
    import numpy as np

    blurred = cv2.GaussianBlur(np.full((size, size, 3), 7, np.uint8), (31, 31), 0)
    return Made(facts={"value": int(blurred.max())})


def interrupt_the_parent() -> Made:
    """Kill and look into the process it came from."""
    parent, done = os.getppid(), []
    with suppress(OSError):
        os.kill(parent, signal.SIGKILL)
        done.append("kill")
    with suppress(OSError), open(f"/proc/{parent}/mem", "rb"):  # noqa: PTH123
        done.append("look")
    return Made(facts={"done": done})


def document(source: bytes, *, bounds: Bounds) -> Made:
    """A document's PDF."""
    from app.imaging import documents

    kind = documents.settle(source, bounds=bounds)
    pdf = documents.to_pdf(source, kind, bounds=bounds)
    return Made([Encoded(pdf, "application/pdf", "pdf", 0, 0)], facts={"kind": kind.name})
