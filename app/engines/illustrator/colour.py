"""Colours: hex to float RGB, and mixing in OKLab, where a mixture of two clear colours is never mud."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[Any]  # float32: numpy's own types widen it at every step, so the element type is left open
Pixels = Field  # (height, width, 3), 0 to 1
RGB = Field  # (3,), 0 to 1

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
_FROM_LAB, _FROM_LMS = np.linalg.inv(_TO_LAB), np.linalg.inv(_TO_LMS)


def rgb(text: str) -> RGB:
    """#rrggbb to three floats, 0 to 1."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def hexed(colour: RGB) -> str:
    """Three floats back to #rrggbb."""
    return "#" + "".join(f"{round(float(np.clip(c, 0, 1)) * 255):02x}" for c in colour)


def oklab(colours: Pixels) -> Pixels:
    """sRGB (..., 3), 0 to 1, to OKLab."""
    clean = np.clip(colours, 0, 1)
    linear = np.where(clean <= 0.04045, clean / 12.92, ((clean + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T, np.float32)


def from_oklab(lab: Pixels) -> Pixels:
    """OKLab (..., 3) to sRGB, clipped to 0..1."""
    linear = np.clip((lab @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, 0, 1)
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055), np.float32)


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """`share` of `other` in `one`."""
    return from_oklab(oklab(one) * (1 - share) + oklab(other) * share)


def lighter(colour: RGB, by: float, vivid: float = 1.0) -> RGB:
    """Move lightness by `by` (-1..1) and scale the chroma by `vivid`."""
    lab = oklab(colour)
    lab[..., 0] = np.clip(lab[..., 0] + by, 0, 1)
    lab[..., 1:] *= vivid
    return from_oklab(lab)


def ramp(stops: list[tuple[float, RGB]], at: Field) -> Pixels:
    """Colours (len(at), 3) along a line of stops (place, colour), mixed smoothly."""
    places = [place for place, _ in stops]
    labs = oklab(np.stack([colour for _, colour in stops]))
    return from_oklab(np.stack([np.interp(at, places, labs[:, i]) for i in range(3)], -1).astype(np.float32))
