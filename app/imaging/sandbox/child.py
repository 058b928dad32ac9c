"""One call, in a process of its own that was forked for it: limits first, then the work, then its answer."""

import ctypes
import os
import pickle
import re
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from app.imaging.made import Made
from app.imaging.sandbox import answer
from app.refusals import Refusal

STARVED = 77  # exit status: out of memory
MOST_THREADS = 4  # of OpenCV: the stack of each counts as memory
STARVING = re.compile(
    r"bad_alloc|insufficient memory|memory allocation|failed to allocate|start new thread", re.IGNORECASE
)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38


class Limits(NamedTuple):
    """`memory` in bytes of its own, `cpu` in seconds over all cores: the zygote ends it by the clock before."""

    memory: int
    cpu: int


def live(request: int, reply: int, said: int, limits: Limits) -> NoReturn:
    """Never returns. What native code prints goes to the file `said`."""
    status = 1
    try:
        _confine(said, limits)
        with open(request, "rb") as asked:
            work, given, options = pickle.load(asked)  # noqa: S301  (our own worker's)
        with open(reply, "wb") as file:
            answer.write(file, _outcome(lambda: work(*given, **options)))
        status = 0
    except BaseException as error:  # noqa: BLE001  (whatever it was, this process ends here)
        status = STARVED if starved(error) else 1
        traceback.print_exc()
    finally:
        os._exit(status)


def prctl(option: int, value: int) -> None:
    """Only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def starved(error: BaseException | None) -> bool:
    """Whether it comes of too little memory; libraries have their own words for it."""
    return error is not None and (
        isinstance(error, MemoryError)
        or bool(STARVING.search(str(error)))
        or starved(error.__cause__ or error.__context__)
    )


def _outcome(run: Callable[[], Made]) -> Made | Refusal | str:
    try:
        made = run()
    except Refusal as refusal:
        return refusal
    except BaseException as error:
        if starved(error):
            raise
        return traceback.format_exc()[-8000:]
    return made if isinstance(made, Made) else f"work answered a {type(made).__name__}, not Made"


def _confine(said: int, limits: Limits) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 1)  # or it could not open what is its own below /proc
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the first to go when the machine runs out
    _redirect(said)
    for which, most in _rlimits(limits):
        resource.setrlimit(
            which, (most, most + (which == resource.RLIMIT_CPU))
        )  # past the second one, no signal tells why
    if cv2 := sys.modules.get("cv2"):
        cv2.setNumThreads(min(MOST_THREADS, os.cpu_count() or 1))


def _redirect(said: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard, target in ((0, nowhere), (1, nowhere), (2, said)):
        os.dup2(target, standard)


def _rlimits(limits: Limits) -> Iterator[tuple[int, int]]:
    yield resource.RLIMIT_DATA, _owned() + limits.memory
    yield resource.RLIMIT_CPU, limits.cpu
    yield resource.RLIMIT_FSIZE, answer.LARGEST
    yield resource.RLIMIT_NOFILE, 1024
    yield resource.RLIMIT_CORE, 0


def _owned() -> int:
    """Bytes that count as memory before anything is done: the zygote's."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    except OSError:
        return 0
