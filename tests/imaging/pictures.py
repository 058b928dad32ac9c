"""Pictures to save and convert, and how far two of them are apart."""

from functools import cache
from io import BytesIO
from math import inf, log10
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageDraw, ImageFilter

from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS
from app.imaging.open import open_picture
from app.imaging.opened import Frame, Opened


def photo(width: int = 96, height: int = 64) -> Image.Image:
    """What stands in for a photograph: soft light, an edge, and grain. It has thousands of colours."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    grain = np.random.default_rng(3).normal(0, 2, (height, width))
    light = np.stack([60 + 150 * x, 40 + 180 * y, 90 + 100 * x * y], axis=2) + grain[..., None]
    image = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    ImageDraw.Draw(image).ellipse((width * 0.3, height * 0.2, width * 0.6, height * 0.8), fill=(200, 80, 60))
    return image.filter(ImageFilter.GaussianBlur(0.7))


def glass(width: int = 48, height: int = 32) -> Image.Image:
    """The photograph behind a round hole with a soft edge."""
    hole = Image.new("L", (width, height))
    ImageDraw.Draw(hole).ellipse((4, 4, width - 5, height - 5), fill=255)
    image = photo(width, height)
    image.putalpha(hole.filter(ImageFilter.GaussianBlur(2)))
    return image


def cut_out(width: int = 48, height: int = 32) -> Image.Image:
    """Flat colours, wholly see-through or not at all."""
    image = Image.new("RGBA", (width, height))
    ImageDraw.Draw(image).rectangle((8, 8, 24, 24), fill=(200, 30, 40, 255))
    ImageDraw.Draw(image).rectangle((20, 12, 40, 20), fill=(20, 130, 240, 255))
    return image


def deep(width: int = 40, height: int = 30) -> Image.Image:
    """Grey in 16 bits."""
    return Image.fromarray((np.arange(width * height, dtype=np.uint16) * 53).reshape(height, width))


def moving(*durations: int, mode: str = "RGB") -> Opened:
    """A square on its way, a frame for each duration (ms)."""
    frames = []
    for number, duration in enumerate(durations):
        image = Image.new("RGBA", (40, 24), (0, 0, 0, 0) if mode == "RGBA" else (250, 240, 200, 255))
        ImageDraw.Draw(image).rectangle((4 * number, 4, 4 * number + 12, 16), fill=(200, 30, 40, 255))
        frames.append(Frame(image.convert(mode), duration))
    return Opened(KINDS["gif"], frames, count=len(frames))


def still(image: Image.Image, kind: str = "png", **more: Any) -> Opened:
    return Opened(KINDS[kind], [Frame(image)], **more)


def opened(source: bytes, **options: Any) -> Opened:
    return open_picture(source, bounds=Bounds(), **options)


def file_of(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


@cache
def profile(name: str = "RGB") -> bytes:
    """Of colours that are no sRGB, or of greys. Made once, for it holds the second it was made in."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[16:20] = {"RGB": b"RGB ", "L": b"GRAY"}[name]
    return bytes(made)


def psnr(one: Image.Image, other: Image.Image) -> float:
    """In decibels, over what is seen: colours count as much as they show."""
    mode = "RGBa" if any(each.has_transparency_data for each in (one, other)) else "RGB"
    first, second = (np.asarray(each.convert("RGBA").convert(mode)).astype(float) for each in (one, other))
    assert first.shape == second.shape
    error = float(((first - second) ** 2).mean())
    return 10 * log10(255**2 / error) if error else inf


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and psnr(one, other) == inf
