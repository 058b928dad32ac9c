"""Still WEBP. Pillow decodes it like an animation, with three canvases at once: too much for large pictures."""

from struct import unpack_from

import cv2
import numpy as np
from PIL import Image

MOVES = 0x02  # a flag in VP8X
META = {b"ICCP": "icc_profile", b"EXIF": "exif", b"XMP ": "xmp"}
RAW = {3: ("RGB", "BGR"), 4: ("RGBA", "BGRA")}


def size(source: bytes) -> tuple[int, int]:
    """Width and height from the header. Raises ValueError where there is none."""
    parts = chunks(source)
    if b"VP8X" in parts:
        return _uint24(parts[b"VP8X"], 4) + 1, _uint24(parts[b"VP8X"], 7) + 1
    if b"VP8L" in parts:
        (bits,) = unpack_from("<I", parts[b"VP8L"], 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if b"VP8 " in parts:
        width, height = unpack_from("<HH", parts[b"VP8 "], 6)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no picture in this WEBP")


def is_still(source: bytes) -> bool:
    return not bytes(chunks(source).get(b"VP8X", b"\0"))[0] & MOVES


def decode(source: bytes) -> Image.Image:
    """The picture with profile, EXIF and XMP in its info. Raises ValueError on damaged data."""
    pixels = cv2.imdecode(np.frombuffer(source, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim != 3:
        raise ValueError("damaged WEBP")
    height, width, bands = pixels.shape
    mode, order = RAW[bands]
    image = Image.frombuffer(mode, (width, height), pixels, "raw", order)
    image.info = {META[name]: bytes(chunk) for name, chunk in chunks(source).items() if name in META}
    return image


def chunks(source: bytes) -> dict[bytes, memoryview]:
    """The first chunk of each name."""
    found: dict[bytes, memoryview] = {}
    at = 12
    while at + 8 <= len(source):
        name, length = unpack_from("<4sI", source, at)
        found.setdefault(name, memoryview(source)[at + 8 : at + 8 + length])
        at += 8 + length + (length & 1)
    return found


def _uint24(chunk: memoryview, at: int) -> int:
    return int.from_bytes(chunk[at : at + 3], "little")
