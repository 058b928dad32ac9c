"""Enlarging by a network such as Real-ESRGAN, tile by tile. Runs in the worker, on pixels that a child decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

FILE = "realesrgan-x4.onnx"  # input 1×3×height×width, red, green, blue from 0 to 1; output the same, 4 times the size
NAME = "Real-ESRGAN"
SCALE = 4
TILE = 192  # pixels of the source a side, without overlap
OVERLAP = 16

Box = tuple[int, int, int, int]


def at(folder: Path) -> Path | None:
    """The network's file, if it is there."""
    path = folder / FILE
    return path if path.is_file() else None


def enlarged(image: Image, scale: int, path: Path, progress: Callable[[float], None]) -> Image:
    """An RGB image, `scale` (2, 4 or 8) times the size. What `progress` raises ends the work."""
    from PIL import Image as Pillow

    whole = Pillow.new("RGB", (image.width * scale, image.height * scale))
    tiles = list(_tiles(image.size))
    for number, tile in enumerate(tiles, start=1):
        left, top, right, bottom = tile
        around = _around(tile, image.size)
        size = ((around[2] - around[0]) * scale, (around[3] - around[1]) * scale)
        large = _run(path, image.crop(around))
        if large.size != size:
            large = large.resize(size, Pillow.Resampling.LANCZOS)
        across, down = (left - around[0]) * scale, (top - around[1]) * scale
        inner = (across, down, across + (right - left) * scale, down + (bottom - top) * scale)
        whole.paste(large.crop(inner), (left * scale, top * scale))
        progress(number / len(tiles))
    return whole


def _tiles(size: tuple[int, int]) -> Iterator[Box]:
    for top in range(0, size[1], TILE):
        for left in range(0, size[0], TILE):
            yield left, top, min(left + TILE, size[0]), min(top + TILE, size[1])


def _around(tile: Box, size: tuple[int, int]) -> Box:
    left, top, right, bottom = tile
    return max(left - OVERLAP, 0), max(top - OVERLAP, 0), min(right + OVERLAP, size[0]), min(bottom + OVERLAP, size[1])


def _run(path: Path, tile: Image) -> Image:
    import numpy as np
    from PIL import Image as Pillow

    session = _session(path)
    given = np.asarray(tile, np.float32).transpose(2, 0, 1)[None] / 255
    (made,) = session.run(None, {session.get_inputs()[0].name: given})
    return Pillow.fromarray((np.clip(made[0], 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))


@cache
def _session(path: Path) -> Any:
    from onnxruntime import InferenceSession

    return InferenceSession(str(path), providers=["CPUExecutionProvider"])
