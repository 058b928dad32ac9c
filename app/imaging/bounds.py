"""How large, how long and how heavy untrusted pictures may be."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """Of one file. `pixels` counts those of all frames together."""

    pixels: int = 50_000_000
    side: int = 12_000
    frames: int = 100
    unzipped: int = 200 * MB


@dataclass(frozen=True)
class Budget:
    """Of one sandboxed child: seconds of wall clock and bytes of memory of its own."""

    seconds: float
    memory: int


@dataclass(frozen=True)
class Budgets:
    picture: Budget = Budget(10, 768 * MB)
    heavy: Budget = Budget(40, 2048 * MB)  # HEIC and AVIF out of large pictures; one at a time on a machine
    document: Budget = Budget(60, 1536 * MB)
