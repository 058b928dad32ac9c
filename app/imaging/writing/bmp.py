"""BMP."""

from app.imaging.encode import encode
from app.imaging.opened import Opened
from app.imaging.writing.told import told


def write(opened: Opened, _quality: int) -> bytes:
    return encode(opened.image, "BMP", **told(opened, "dpi"))
