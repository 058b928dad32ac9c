"""SVG: traced by vtracer, in fewer and fewer colours until it is small enough."""

import re

import vtracer
from PIL import Image, ImageFilter

from app.imaging.encode import encode
from app.imaging.opened import Opened

LIMIT = 1_000_000  # bytes
PIXELS = 1_000_000  # to trace
FEW = 64  # colours of a drawing, which need no softening
TRIES = ((1.0, 32, 4), (1.0, 16, 8), (1.0, 8, 16), (0.5, 12, 8), (0.5, 6, 24), (0.25, 6, 16))  # scale, colours, specks
HEAD = re.compile(r"^.*?<svg[^>]*>", re.DOTALL)


def write(opened: Opened, _quality: int) -> bytes:
    """As large as the picture, in CSS pixels."""
    image = opened.image.convert("RGBA")
    for scale, colours, specks in TRIES:
        drawn = _traced(image, scale, colours, specks)
        if len(drawn) <= LIMIT:
            break
    return drawn


def _traced(image: Image.Image, scale: float, colours: int, specks: int) -> bytes:
    scale = min(1.0, scale * (PIXELS / image.width / image.height) ** 0.5)
    width, height = (max(1, round(side * scale)) for side in image.size)
    simple = _simple(image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0), colours)
    text = vtracer.convert_raw_image_to_svg(
        encode(simple, "PNG", compress_level=1),
        img_format="png",
        colormode="color",
        mode="spline",
        filter_speckle=specks,
        color_precision=8,
        layer_difference=0,
        path_precision=1,
    )
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}">'
    return HEAD.sub(head.format(*image.size, width, height), text, count=1).encode()


def _simple(image: Image.Image, colours: int) -> Image.Image:
    """Few flat colours; wholly see-through or not at all."""
    alpha = image.getchannel("A").point([0] * 128 + [255] * 128)
    plain = image.convert("RGB")
    if plain.getcolors(FEW) is None:
        plain = plain.filter(ImageFilter.MedianFilter(5)).quantize(colours, dither=Image.Dither.NONE).convert("RGB")
    plain.putalpha(alpha)
    return plain
