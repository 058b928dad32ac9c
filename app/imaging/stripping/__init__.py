"""Files put together again from the parts that make the picture, and from nothing else. No pixel is encoded anew."""

import struct
import zlib

from app.imaging.kinds import Kind
from app.imaging.stripping import gif, jpg, png, webp

KEEPERS = {"jpg": jpg.rebuilt, "png": png.rebuilt, "webp": webp.rebuilt, "gif": gif.rebuilt}


def rebuilt(source: bytes, kind: Kind, orientation: int = 1) -> bytes | None:
    """The file without metadata; None where that needs encoding: other kinds, odd files, or a turn to be applied.

    `orientation` is the EXIF one. A JPEG keeps it, all other kinds cannot.
    """
    if kind.name not in KEEPERS or (orientation != 1 and kind.name != "jpg"):
        return None
    try:
        return jpg.rebuilt(source, orientation) if kind.name == "jpg" else KEEPERS[kind.name](source)
    except (ValueError, IndexError, struct.error, zlib.error):
        return None
