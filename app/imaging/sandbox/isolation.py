"""The walls around opened files: bubblewrap, else namespaces alone, else limits and nothing more."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import which
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
IN_FORCE = "LIMN_ISOLATION"  # tells a child, in its environment, how it is isolated
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/sys/devices/system/cpu",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    *map(str, Path("/opt").glob("libreoffice*")),
)
OWN = (Path(sys.prefix), Path(sys.base_prefix), ROOT / "app", ROOT / "config.py", ROOT / "node_modules")


class Isolation(NamedTuple):
    """`prefix` is a command that runs others. `temp`: where they may write; empty for a folder of our own."""

    name: str
    prefix: tuple[str, ...]
    temp: str = ""


def strongest(shows: Sequence[Path], hides: Sequence[Path]) -> Isolation:
    """The first that works here. `shows` are folders to be read besides our own; `hides` never are."""
    return next(level for level in _levels(shows, hides) if _works(level))


def named(name: str, shows: Sequence[Path], hides: Sequence[Path]) -> Isolation:
    return next(level for level in _levels(shows, hides) if level.name == name)


def network_cut() -> bool:
    """Whether the process that asks is a child without a network."""
    return os.environ.get(IN_FORCE, "none") != "none"


def _levels(shows: Sequence[Path], hides: Sequence[Path]) -> Iterator[Isolation]:
    yield Isolation("bubblewrap", ("bwrap", *_walls(), *_binds(shows, hides), "--remount-ro", "/"), "/tmp")  # noqa: S108  (its own)
    yield Isolation("namespaces", ("unshare", "--map-root-user", "--net", "--ipc", "--pid", "--fork", "--kill-child"))
    yield Isolation("none", ())


def _walls() -> Iterator[str]:
    """No `--die-with-parent`: it goes by the thread, not the process. The zygote sees its worker's socket close."""
    yield from ("--unshare-all", "--as-pid-1", "--new-session", "--cap-drop", "ALL")
    yield from ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--tmpfs", "/tmp")  # noqa: S108


def _binds(shows: Sequence[Path], hides: Sequence[Path]) -> Iterator[str]:
    """Only to be read. A project kept below /usr is covered first, so that what lies beside the code stays unseen."""
    for folder in SYSTEM:
        yield from ("--ro-bind-try", folder, folder)
    covered = [path for path in (ROOT, *hides) if path.exists() and _within(path, SYSTEM)]
    for path in covered:
        yield from ("--tmpfs", str(path))
    for path in (*OWN, *shows):
        for bound in dict.fromkeys((str(path), str(path.resolve()))):
            if not _within(Path(bound), SYSTEM) or _within(Path(bound), covered):
                yield from ("--ro-bind-try", bound, bound)


def _within(path: Path, folders: Sequence[Path | str]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _works(level: Isolation) -> bool:
    if not level.prefix:
        return True
    if not which(level.prefix[0]):
        return False
    probe = [*level.prefix, sys.executable, "-I", "-S", "-c", ""]
    return subprocess.run(probe, capture_output=True, timeout=20, check=False).returncode == 0  # noqa: S603
