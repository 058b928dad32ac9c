"""TIFF, of one page or many."""

from app.imaging.encode import encode
from app.imaging.opened import Opened
from app.imaging.writing.told import told

PREDICTOR, DIFFERENCES = 317, 2


def write(opened: Opened, _quality: int) -> bytes:
    """LZW: a sixth of deflate's time for 7% more bytes, and read everywhere."""
    options = {"compression": "tiff_lzw", "tiffinfo": {PREDICTOR: DIFFERENCES}, **told(opened, "dpi")}
    pages = [frame.image for frame in opened.frames[1:]]
    if pages:
        options |= {"save_all": True, "append_images": pages}
    return encode(opened.image, "TIFF", **options)
