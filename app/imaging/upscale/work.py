"""Enlarging a picture. For sandboxed children."""

from dataclasses import replace

from PIL import Image

from app.imaging import pixels
from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS
from app.imaging.made import Encoded, Made
from app.imaging.open import open_picture
from app.imaging.opened import Frame, Opened
from app.imaging.reading.modes import srgb
from app.imaging.results import CLOSE, of
from app.imaging.save import save
from app.imaging.upscale.lanczos import enlarged
from app.refusals import Refusal

PIXELS = 100_000_000  # of a result
SIDE = 16_384  # pixels, which is what WebP, browsers and graphics cards take
SCALES = (8, 4, 2)


def upscale(source: bytes, *, bounds: Bounds, scale: int) -> Made:
    """`scale` times wider and taller, profile and transparency kept. Refuses what would be too large."""
    opened = open_picture(source, bounds=bounds)
    check(opened.image.size, scale)
    return _made(source, opened, enlarged(opened.image, scale), "Lanczos")


def upscale_with(source: bytes, colours: Encoded, *, bounds: Bounds, scale: int, method: str) -> Made:
    """The same, of colours that a network has enlarged already: bare pixels in the picture's own profile, RGB."""
    opened = open_picture(source, bounds=bounds)
    image = pixels.take_up(colours)
    if "A" in opened.image.getbands():
        image.putalpha(enlarged(opened.image.getchannel("A"), scale))
    return _made(source, opened, image, method)


def open_for_network(source: bytes, *, bounds: Bounds, scale: int) -> Made:
    """The first frame's colours as bare pixels, not converted to another profile."""
    opened = open_picture(source, bounds=bounds)
    check(opened.image.size, scale)
    return Made([pixels.hand_over(srgb(opened.image, None).convert("RGB"))])


def check(size: tuple[int, int], scale: int) -> None:
    """Refuses a result beyond the limits, and says what would fit."""
    if _within(size, scale):
        return
    fit = next((smaller for smaller in SCALES if smaller < scale and _within(size, smaller)), None)
    advice = f"{fit}× still fits." if fit else "It is large enough as it is."
    message = (
        f"{scale}× would make {size[0] * scale:,} × {size[1] * scale:,} pixels; {PIXELS // 1_000_000} million and "
        f"{SIDE:,} a side are the most. {advice}"
    )
    raise Refusal("too_many_pixels", message, width=size[0], height=size[1], limit_pixels=PIXELS, fits=fit)


def _within(size: tuple[int, int], scale: int) -> bool:
    return size[0] * size[1] * scale**2 <= PIXELS and max(size) * scale <= SIDE


def _made(source: bytes, opened: Opened, image: Image.Image, method: str) -> Made:
    """A JPEG stays one; everything else becomes a PNG."""
    kind = KINDS["jpg" if opened.kind.name == "jpg" else "png"]
    icc = opened.icc if image.mode == opened.image.mode or (opened.icc or b"")[16:20] == b"RGB " else None
    after = replace(opened, frames=[Frame(image)], icc=icc)
    return of(source, opened, after, save(after, kind, quality=CLOSE.get(kind.name)), kind, method=method)
