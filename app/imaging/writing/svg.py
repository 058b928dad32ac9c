"""SVG, traced by vtracer in as many colours as fit."""

import re

import cv2
import numpy as np
import vtracer
from PIL import Image

from app.imaging.encode import encode
from app.imaging.opened import Opened

LIMIT = 1_000_000  # bytes
PIXELS = 1_000_000  # to trace
GRAIN = 5  # pixels, which a photo's noise is taken to be smaller than
FEW = 64  # colours of a drawing, which need no softening
TRIES = (  # share of the sides, colours, specks left out (pixels), bytes that a step from colour to colour takes
    (1.0, 32, 4, 8.7),
    (1.0, 16, 8, 6.9),
    (0.7, 16, 8, 6.9),
    (0.5, 16, 8, 7.3),
    (0.5, 8, 16, 5.7),
    (0.25, 8, 16, 5.7),
)
HEAD = re.compile(r"^.*?<svg[^>]*>", re.DOTALL)


def write(opened: Opened, _quality: int) -> bytes:
    """As large as the picture, in CSS pixels. Tracing takes long, so its size is foretold before it is tried."""
    image = opened.image
    for scale, colours, specks, step in TRIES:
        simple = _simple(_shrunk(image, scale).convert("RGBA"), colours)
        if _steps(simple) * step > LIMIT and scale > TRIES[-1][0]:
            continue
        drawn = _traced(simple, specks, image.size)
        if len(drawn) <= LIMIT:
            break
    return drawn


def _shrunk(image: Image.Image, scale: float) -> Image.Image:
    scale *= min(1.0, (PIXELS / image.width / image.height) ** 0.5)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _steps(image: Image.Image) -> int:
    """How many pixels differ from the one beside or below them."""
    colours = np.asarray(image).view(np.uint32)[..., 0]
    beside, below = colours[:, 1:] != colours[:, :-1], colours[1:] != colours[:-1]
    return int(np.count_nonzero(beside) + np.count_nonzero(below))


def _traced(image: Image.Image, specks: int, size: tuple[int, int]) -> bytes:
    text = vtracer.convert_raw_image_to_svg(
        encode(image, "PNG", compress_level=1),
        img_format="png",
        colormode="color",
        mode="spline",
        filter_speckle=specks,
        color_precision=8,
        layer_difference=0,
        path_precision=1,
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}">'
    return HEAD.sub(head.format(*size, *image.size), text, count=1).encode()


def _simple(image: Image.Image, colours: int) -> Image.Image:
    """Few flat colours; wholly see-through or not at all."""
    alpha = image.getchannel("A").point([0] * 128 + [255] * 128)
    plain = image.convert("RGB")
    if plain.getcolors(FEW) is None:
        calm = Image.fromarray(cv2.medianBlur(np.asarray(plain), GRAIN))
        plain = calm.quantize(colours, dither=Image.Dither.NONE).convert("RGB")
    plain.putalpha(alpha)
    return plain
