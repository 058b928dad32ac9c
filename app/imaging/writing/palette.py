"""Pictures in 256 colours: as they are where that is enough, dithered where it is not."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mask = NDArray[np.bool_]

MOST = 256
OPAQUE = 128  # alpha from here on shows
SKETCH = 1_000_000  # pixels to choose colours from


def indexed(image: Image.Image) -> tuple[Image.Image, int | None]:
    """In mode P (or L), and the index of what is transparent, if anything is."""
    if image.mode == "L":
        return image, None
    if image.mode == "LA":
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        clear = np.asarray(image.getchannel("A")) < OPAQUE
        if clear.any():
            return _with_holes(image.convert("RGB"), clear), MOST - 1
    return _opaque(image.convert("RGB"), MOST), None


def _with_holes(image: Image.Image, clear: Mask) -> Image.Image:
    """What cannot be seen has no say in the colours."""
    pixels = np.array(image)
    pixels[clear] = pixels[~clear][0] if not clear.all() else 0
    found = _opaque(Image.fromarray(pixels), MOST - 1)
    indices = np.array(found)
    indices[clear] = MOST - 1
    return _paletted(indices, found.getpalette() or [])


def _opaque(image: Image.Image, most: int) -> Image.Image:
    return _exact(image, most) or _dithered(image, most)


def _exact(image: Image.Image, most: int) -> Image.Image | None:
    """The same pixels, unless they have too many colours."""
    if image.getcolors(most) is None:
        return None
    pixels = np.asarray(image).astype(np.uint32)
    packed = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
    colours = np.unique(packed)
    palette = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    return _paletted(np.searchsorted(colours, packed).astype(np.uint8), palette.ravel().tolist())


def _dithered(image: Image.Image, most: int) -> Image.Image:
    sketch = image
    if image.width * image.height > SKETCH:
        scale = (SKETCH / image.width / image.height) ** 0.5
        sketch = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))), reducing_gap=2.0)
    colours = sketch.quantize(most, method=Image.Quantize.MEDIANCUT)
    return image.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)


def _paletted(indices: NDArray[np.uint8], palette: list[int]) -> Image.Image:
    image = Image.fromarray(indices)
    image.putpalette(palette + [0] * (3 * MOST - len(palette)))
    return image
