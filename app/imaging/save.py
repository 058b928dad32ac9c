"""Pictures into files of any kind that Limn writes. Every file is encoded afresh, so nothing hides in it."""

from dataclasses import replace
from importlib import import_module

import numpy as np
from PIL import Image, ImageColor

from app.imaging.kinds import Kind
from app.imaging.made import Encoded
from app.imaging.opened import Frame, Opened
from app.imaging.reading.modes import srgb
from app.imaging.writing import palette

QUALITY = {"jpg": 88, "webp": 84, "heic": 50, "avif": 64}  # above 35 dB for photos full of noise
FLAT = {"webp": 100, "avif": 85}  # of drawings; WEBP's 100 loses nothing
DEEP = ("png", "tiff")  # hold 16 bits
GREY = ("png", "jpg", "tiff", "pdf")  # hold a profile for greys
COLOURED = (*GREY, "webp", "heic", "avif")  # hold a profile
TELLING = ("png", "jpg", "tiff", "webp", "heic", "avif")  # hold EXIF


def save(
    opened: Opened, kind: Kind, *, quality: int | None = None, background: str = "#ffffff", keep: bool = False
) -> Encoded:
    """The frames as one file, as many of them as the kind holds.

    `quality` 1 to 100 counts for lossy kinds. `background` goes under what is see-through where the kind cannot be.
    `keep` keeps EXIF and XMP; without it only colour profile and resolution go along.
    """
    return write(ready(opened, kind, background), kind, quality=quality, keep=keep)


def write(opened: Opened, kind: Kind, *, quality: int | None = None, keep: bool = False) -> Encoded:
    """What is `ready` already, so that several qualities can be tried."""
    module = import_module(f"app.imaging.writing.{kind.name}")
    told = opened if keep else replace(opened, exif=None, xmp=None)
    data = module.write(told, quality or _quality(told, kind))
    return Encoded(data, kind.type, kind.extension, *opened.image.size)


def _quality(opened: Opened, kind: Kind) -> int:
    flat = kind.name in FLAT and palette.flat(opened.frames)
    return (FLAT if flat else QUALITY).get(kind.name, 100)


def ready(opened: Opened, kind: Kind, background: str = "#ffffff") -> Opened:
    """With the frames, modes and colours that the kind can hold."""
    moves = kind.moves and all(frame.duration for frame in opened.frames)
    frames = opened.frames if kind.pages or moves else opened.frames[:1]
    images = [_fitted(frame.image, kind, background) for frame in frames]
    if moves:
        images = [_framed(image, opened.image.size) for image in images]
    if opened.icc and not _holds(kind, opened):
        images = [_like(image, srgb(image, opened.icc)) for image in images]
        opened = replace(opened, icc=None)
    return replace(opened, frames=[Frame(image, frame.duration) for image, frame in zip(images, frames, strict=True)])


def _fitted(image: Image.Image, kind: Kind, background: str) -> Image.Image:
    if image.mode == "I;16" and kind.name not in DEEP:
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if not kind.alpha and image.mode in ("LA", "RGBA"):
        return flat(image, background)
    return image


def _framed(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A GIF's frame can reach beyond the first."""
    return image if image.size == size else image.crop((0, 0, *size))


def flat(image: Image.Image, background: str) -> Image.Image:
    """RGB, laid over a colour."""
    under = Image.new("RGB", image.size, ImageColor.getrgb(background))
    over = image if image.mode == "RGBA" else image.convert("RGBA")
    under.paste(over, mask=over)
    return under


def _holds(kind: Kind, opened: Opened) -> bool:
    """Whether the profile can go along. What has one for greys only fits where greys stay greys."""
    grey = (opened.icc or b"")[16:20] == b"GRAY"
    return kind.name in (GREY if grey else COLOURED)


def _like(before: Image.Image, after: Image.Image) -> Image.Image:
    """Greys that stayed greys."""
    return after.convert("L") if before.mode == "L" and after.mode == "RGB" else after
