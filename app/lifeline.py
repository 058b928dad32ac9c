"""What a supervised process does when its supervisor is killed outright: it stops, instead of living on unwatched."""

import ctypes
import signal
import sys


def die_with_parent() -> None:
    """Ask for SIGTERM when the parent dies. Linux alone can; elsewhere nothing happens."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
