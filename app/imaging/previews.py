"""Small pictures that any browser shows, of what came in and of what came out."""

from PIL import Image

from app.imaging.encode import encode
from app.imaging.made import Encoded
from app.imaging.opened import Opened
from app.imaging.reading.modes import srgb

PREVIEW, THUMB = 1600, 480  # pixels, the longer side
STRIP = 64  # rows


def previews(before: Opened | None, after: Opened | Image.Image, *, shown: bool = False) -> dict[str, Encoded]:
    """`before`, `preview` and `thumb` of the first frames; no `before` where nothing came in.

    In sRGB, see-through where they are. An image that is no Opened is taken to be in sRGB. A small result that browsers
    show themselves (`shown`) needs no preview.
    """
    shrunk = _shrunk(after, PREVIEW)
    sides = {"thumb": thumb(shrunk)}
    if not (shown and max(_image(after).size) <= PREVIEW):
        sides["preview"] = _encoded(shrunk)
    if before is not None:
        same = sides.get("preview") if _same(before, after) else None
        sides["before"] = same or _encoded(_shrunk(before, PREVIEW))
    return sides


def thumb(image: Image.Image, longest: int = THUMB) -> Encoded:
    """A small WebP, `longest` pixels on its longer side."""
    small = _shrunk(image, longest)
    return Encoded(encode(small, "WEBP", quality=82, method=2), "image/webp", "webp", *small.size)


def _same(before: Opened, after: Opened | Image.Image) -> bool:
    return isinstance(after, Opened) and before.image is after.image and before.icc == after.icc


def _shrunk(picture: Opened | Image.Image, longest: int) -> Image.Image:
    """RGB or RGBA in sRGB. Shrunk before its colours are converted, which takes longer the more pixels there are."""
    image, icc = _image(picture), picture.icc if isinstance(picture, Opened) else None
    scale = longest / max(image.size)
    if scale < 1:
        image = srgb(image, None) if image.mode == "I;16" else image
        width, height = (max(1, round(side * scale)) for side in image.size)
        image = _reduced(image, max(1, int(0.5 / scale))).resize((width, height), Image.Resampling.HAMMING)
    return srgb(image, icc)


def _image(picture: Opened | Image.Image) -> Image.Image:
    return picture.image if isinstance(picture, Opened) else picture


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Sides divided by a whole number. A strip at a time, because Pillow copies what is see-through first."""
    if factor == 1:
        return image
    reduced = Image.new(image.mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, reduced.height, STRIP):
        strip = (0, top * factor, image.width, min((top + STRIP) * factor, image.height))
        reduced.paste(image.crop(strip).reduce(factor), (0, top))
    return reduced


def _encoded(image: Image.Image) -> Encoded:
    """JPEG where nothing is see-through: an eighth of WebP's time."""
    if image.mode == "RGB":
        return Encoded(encode(image, "JPEG", quality=85), "image/jpeg", "jpg", *image.size)
    return Encoded(encode(image, "WEBP", quality=80, method=2), "image/webp", "webp", *image.size)
