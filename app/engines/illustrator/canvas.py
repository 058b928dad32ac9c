"""The canvas: float pixels, a depth beside them, and the one way anything is laid onto it."""

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from app.engines.illustrator.colour import RGB, Field, Pixels

BAND = 128
SUBJECT = 20  # the depth of what the picture is about; nothing else is laid at it
Mask = Field  # (height, width), 0 to 1


class Canvas:
    """`pixels` (height, width, 3) sRGB 0..1; `depth` (height, width) 0 nearest to 255 farthest.

    Places are in pixels, sizes best in shares of `unit`, the shorter side, so that a picture keeps its
    composition at any size. `rng` is fresh for every layer.
    """

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.width, self.height, self.unit = width, height, min(width, height)
        self.pixels: Pixels = np.zeros((height, width, 3), np.float32)
        self.depth: Field = np.full((height, width), 255, np.uint8)
        self.seed = seed
        self.begin(0)

    def begin(self, layer: int) -> None:
        """Give the next layer its own random numbers, whatever the ones before have drawn."""
        self.rng = np.random.default_rng([self.seed, layer])

    def lay(self, mask: Mask, colour: RGB | Pixels, top: int = 0, left: int = 0, depth: int | None = None) -> None:
        """Blend `colour`, one or per pixel, through `mask` (0..1) at (top, left); what is outside is cut off."""
        y0, x0 = max(top, 0), max(left, 0)
        y1, x1 = min(top + mask.shape[0], self.height), min(left + mask.shape[1], self.width)
        if y1 <= y0 or x1 <= x0:
            return
        cut = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        mask = mask[cut]
        colour = colour[cut] if colour.ndim == 3 else colour
        region = self.pixels[y0:y1, x0:x1]
        for band in bands(y1 - y0):
            part = region[band]
            part += ((colour[band] if colour.ndim == 3 else colour) - part) * mask[band][..., None]
        if depth is not None:
            self.depth[y0:y1, x0:x1][mask > 0.5] = depth

    def image(self) -> Image.Image:
        """The finished RGB picture, dithered by half a level so that no gradient shows bands."""
        rng = np.random.default_rng([self.seed, 9999])
        picture = np.empty(self.pixels.shape, np.uint8)
        for band in bands(self.height):
            part = self.pixels[band] * 255
            part += rng.random((*part.shape[:2], 1), np.float32)
            picture[band] = np.clip(part, 0, 255)
        return Image.fromarray(picture)


def bands(rows: int) -> Iterator[slice]:
    """The rows in slices of a size that stays in the processor's cache: faster, and little memory beside the canvas."""
    return (slice(top, min(top + BAND, rows)) for top in range(0, rows, BAND))


Layer = Callable[[Canvas], Iterator[None] | None]
"""One step of painting. A long one yields between its parts, about every half a second, so that a cancel is heard."""
