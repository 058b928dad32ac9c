"""What a supervised process does when its supervisor is killed outright: it stops, instead of living on unwatched."""

import ctypes
import os
import signal
import sys

SUPERVISOR = "LIMN_SUPERVISOR"  # the environment variable with the supervisor's process id


def die_with_supervisor() -> None:
    """Ask for SIGTERM when the parent dies; leave at once where that has happened already. Only Linux can."""
    if sys.platform != "linux":
        return
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    parent = str(os.getppid())
    if os.environ.get(SUPERVISOR, parent) != parent:
        sys.exit("the supervisor is gone")
