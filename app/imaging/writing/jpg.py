"""JPEG."""

from app.imaging.encode import encode
from app.imaging.opened import Opened
from app.imaging.writing.told import told


def write(opened: Opened, quality: int) -> bytes:
    """From quality 90 on, colours are as fine as brightness."""
    subsampling = "4:4:4" if quality >= 90 else "4:2:0"
    return encode(opened.image, "JPEG", quality=quality, subsampling=subsampling, **told(opened, "xmp", "dpi"))
