"""Where a model works: on which device, and with how exact numbers."""

from dataclasses import dataclass
from typing import Any

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True)
class Place:
    device: str  # as torch names it: cuda, mps or cpu
    precision: str

    @property
    def bytes_a_number(self) -> int:
        return BYTES[self.precision]

    def __str__(self) -> str:
        return f"{self.device}, {self.precision}"


def best_place() -> Place:
    import torch

    if torch.cuda.is_available():
        exact = torch.cuda.is_bf16_supported(including_emulation=False)
        return Place("cuda", "bfloat16" if exact else "float16")
    if torch.backends.mps.is_available():
        return Place("mps", "float16")
    return Place("cpu", "float32")


def dtype_of(place: Place) -> Any:
    """What torch calls its precision."""
    import torch

    return getattr(torch, place.precision)
