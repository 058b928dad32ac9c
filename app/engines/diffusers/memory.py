"""How much memory there is."""

import gc
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
PLENTY = 10**15


def free_bytes(device: str) -> int:
    """Of the device's memory. Plenty where nobody can tell."""
    if device == "cuda":
        import torch

        let_go(device)  # of a model that failed to open, which would read as too little memory for the next try
        free, _ = torch.cuda.mem_get_info()
        return int(free)
    return min(_of_the_machine(), _of_the_container())


def let_go(device: str) -> None:
    """Of what nobody holds any more, and of what torch keeps for itself."""
    gc.collect()
    if device == "cuda":
        import torch

        torch.cuda.empty_cache()


def _of_the_machine() -> int:
    try:
        lines = dict(line.split(":") for line in MEMINFO.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, LookupError):  # not on Linux
        return PLENTY


def _of_the_container() -> int:
    try:
        most = int((CGROUP / "memory.max").read_text())
        used = int((CGROUP / "memory.current").read_text())
        told = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        return most - used + int(told["inactive_file"])  # files it has read, which it lets go of when asked
    except (OSError, ValueError, LookupError):  # none, or no limit
        return PLENTY
