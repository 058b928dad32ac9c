"""Pictures in 256 colours: as they are where that is enough, dithered where it is not."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.opened import Frame

Colour = tuple[int, int, int]

MOST, FEW = 256, 64  # colours
CLEAR = [255] * 128 + [0] * 128  # alpha from 128 on shows
OTHERWISE = list(reversed(range(256)))
ROWS = 256
SKETCH = 1_000_000  # pixels to choose colours from


def flat(frames: Iterable[Frame]) -> bool:
    """Whether all are in few colours, as drawings are: softened edges would show."""
    return all(frame.image.getcolors(FEW) for frame in frames)


def indexed(image: Image.Image, most: int = MOST) -> tuple[Image.Image, int | None]:
    """In mode P (or L) with at most so many colours, and the index of what is transparent, if anything is."""
    if image.mode == "L" and most == MOST:
        return image, None
    plain = image.convert("RGB")
    clear = image.getchannel("A").point(CLEAR) if image.mode in ("LA", "RGBA") else None
    if clear is None or clear.getbbox() is None:
        return _opaque(plain, most), None
    plain.paste(_seen(plain, clear), mask=clear)
    holed = _opaque(plain, MOST - 1)
    holed.paste(MOST - 1, mask=clear)
    return holed, MOST - 1


def _seen(image: Image.Image, clear: Image.Image) -> Colour:
    """A colour that is seen somewhere: what is not has no say in the palette."""
    seen = clear.point(OTHERWISE).getbbox()
    if seen is None:
        return 0, 0, 0
    left, top, right, _ = seen
    row = np.asarray(clear.crop((left, top, right, top + 1)))[0]
    red, green, blue = np.asarray(image.crop((left, top, right, top + 1)))[0, int(np.argmin(row))]
    return int(red), int(green), int(blue)


def _opaque(image: Image.Image, most: int) -> Image.Image:
    return _exact(image, most) or _dithered(image, most)


def _exact(image: Image.Image, most: int) -> Image.Image | None:
    """The same pixels, unless they have too many colours."""
    counted = image.getcolors(most)
    if counted is None:
        return None
    colours = np.array(sorted(colour for _, colour in counted), np.uint32)
    keys = _key(colours)
    indices = np.empty((image.height, image.width), np.uint8)
    for top in range(0, image.height, ROWS):
        strip = image.crop((0, top, image.width, min(top + ROWS, image.height)))
        indices[top : top + ROWS] = np.searchsorted(keys, _key(np.asarray(strip).astype(np.uint32)))
    paletted = Image.fromarray(indices)
    paletted.putpalette(colours.ravel().tolist() + [0] * 3 * (MOST - len(colours)))
    return paletted


def _key(colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One number for each colour, in the order of the colours."""
    return (colours[..., 0] << 16 | colours[..., 1] << 8 | colours[..., 2]).astype(np.uint32)


def _dithered(image: Image.Image, most: int) -> Image.Image:
    sketch = image
    if image.width * image.height > SKETCH:
        scale = (SKETCH / image.width / image.height) ** 0.5
        sketch = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))), reducing_gap=2.0)
    colours = sketch.quantize(most, method=Image.Quantize.MEDIANCUT)
    return image.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)
