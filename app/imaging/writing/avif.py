"""AVIF, still or moving."""

from app.imaging.encode import encode
from app.imaging.opened import Opened
from app.imaging.writing.told import told
from app.imaging.writing.webp import moving

LARGE = 2_000_000  # pixels, of all frames
SPEED, SPEED_LARGE = 6, 9  # of libaom, up to 10
TUNE = {"tune": "psnr"}  # an eighth fewer bytes and a fifth less time at the same likeness, and holds it for noise too
FINE = 80  # quality from which colours are as fine as brightness


def write(opened: Opened, quality: int) -> bytes:
    options: dict[str, object] = {
        "quality": quality,
        "speed": _speed(opened),
        "subsampling": "4:4:4" if quality >= FINE else "4:2:0",
        "advanced": TUNE,
        **told(opened, "xmp"),
    }
    options |= moving(opened) if len(opened.frames) > 1 else {}
    return encode(opened.image, "AVIF", **options)


def _speed(opened: Opened) -> int:
    width, height = opened.image.size
    return SPEED if width * height * len(opened.frames) <= LARGE else SPEED_LARGE
