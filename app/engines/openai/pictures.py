"""Pictures out of an endpoint's bytes. Operators choose their endpoints; what comes from there is still checked."""

import struct
from base64 import b64decode
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 50_000_000
UNREADABLE = (OSError, ValueError, TypeError, SyntaxError, ArithmeticError, LookupError, struct.error)  # Pillow's
WHITE = (255, 255, 255)


class Broken(Exception):
    """What came is no picture, or half of one."""


def decoded(text: str) -> bytes:
    """What Base64 says, in lines or as a data address too."""
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    try:
        data = b64decode("".join(encoded.split()), validate=True)
    except ValueError:
        raise Broken("a picture is not Base64") from None
    if not data:
        raise Broken("a picture is missing in the answer")
    return data


def opened(data: bytes) -> Image.Image:
    """The picture, RGB, white under what is see-through. Its size is known to be bearable before it is decoded."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Broken(f"the picture has {image.width} × {image.height} pixels")
        image.load()
        return _opaque(ImageOps.exif_transpose(image))
    except (*UNREADABLE, Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Broken(f"no picture that can be read ({type(error).__name__})") from None


def cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture as large as `size`; what does not fit its shape is cut off evenly on both sides."""
    return image if image.size == size else ImageOps.fit(image, size, Image.Resampling.LANCZOS)


def as_png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    paper = Image.new("RGB", clear.size, WHITE)
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper
