"""Camera RAW, developed by LibRaw as the camera would have."""

from io import BytesIO

import rawpy
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS
from app.imaging.opened import Frame, Opened
from app.imaging.reading.limits import decoding, fit

KIND = KINDS["raw"]


def read(source: bytes, *, bounds: Bounds) -> Opened:
    """In sRGB and upright: LibRaw turns the picture as the camera was held."""
    with decoding(KIND), rawpy.imread(BytesIO(source)) as raw:
        fit(raw.sizes.width, raw.sizes.height, bounds)
        pixels = raw.postprocess(use_camera_wb=True, output_color=rawpy.ColorSpace.sRGB, output_bps=8)
    return Opened(KIND, [Frame(Image.fromarray(pixels))])
