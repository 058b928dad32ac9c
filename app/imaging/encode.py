"""Pictures to bytes."""

from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.imaging.kinds import KINDS
from app.imaging.made import Encoded
from app.imaging.opened import Frame, Opened

PNG_LEVEL = 4  # a quarter of level 6's time for 3% more bytes on painted pictures


def png(image: Image.Image, about: dict[str, str]) -> Encoded:
    """A PNG with text about it: what it is, who painted it."""
    info = PngInfo()
    for name, text in about.items():
        info.add_itxt(name, text)
    return Encoded(encode(image, "PNG", pnginfo=info, compress_level=PNG_LEVEL), "image/png", "png", *image.size)


def as_kind(image: Image.Image, kind: str, quality: int) -> Encoded:
    """A "jpeg" or "webp" of a painted picture; quality 0 is the worst there is."""
    from app.imaging.save import save

    written = KINDS[{"jpeg": "jpg"}.get(kind, kind)]
    return save(Opened(written, [Frame(image)]), written, quality=max(1, quality))


def thumbnail(image: Image.Image, longest: int) -> Encoded:
    """A small WebP, `longest` pixels on its longer side."""
    small = image.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Encoded(encode(small, "WEBP", quality=82, method=4), "image/webp", "webp", *small.size)


def preview(image: Image.Image, longest: int) -> bytes:
    """A PNG, at most `longest` pixels on its longer side, written as quickly as can be."""
    small = image.convert("RGB")
    small.thumbnail((longest, longest), Image.Resampling.BILINEAR)
    return encode(small, "PNG", compress_level=1)


def encode(image: Image.Image, format: str, **options: object) -> bytes:  # noqa: A002  (Pillow's word)
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()
