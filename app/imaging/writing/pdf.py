"""PDF: a page for each picture, its pixels as they are."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from PIL import Image

from app.imaging.opened import Opened
from app.imaging.stripping import rebuilt
from app.imaging.writing import png

DPI, LEAST_DPI, MOST_DPI = 96, 36, 2400
SMALLEST, LARGEST = 3, 14_400  # points a side, what readers take
COLOURS = {"L": (Name.DeviceGray, 1), "RGB": (Name.DeviceRGB, 3)}
ORIENTATION = 0x0112
PLACED = {  # a unit square onto a page w wide and h high, by the orientation that EXIF tells
    1: "{w} 0 0 {h} 0 0",
    2: "-{w} 0 0 {h} {w} 0",
    3: "-{w} 0 0 -{h} {w} {h}",
    4: "{w} 0 0 -{h} 0 {h}",
    5: "0 -{h} -{w} 0 {w} {h}",
    6: "0 -{h} {w} 0 0 {h}",
    7: "0 {h} {w} 0 0 0",
    8: "0 {h} -{w} 0 {w} 0",
}


def write(opened: Opened, _quality: int) -> bytes:
    pdf = pikepdf.new()
    profile = _profile(pdf, opened)
    for frame in opened.frames:
        _add_page(pdf, _picture(pdf, frame.image, profile), frame.image.size, opened.dpi)
    return _saved(pdf)


def embed(source: bytes, opened: Opened, *, keep: bool) -> bytes | None:
    """The JPEG `source` as it was compressed, on a page that turns it upright; None where it is too odd for that.

    `keep` keeps everything that was in the file.
    """
    with Image.open(BytesIO(source), formats=["JPEG", "MPO"]) as stored:
        mode, size, orientation = stored.mode, stored.size, _orientation(stored)
    data = source if keep else rebuilt(source, opened.kind)
    if mode not in COLOURS or data is None:
        return None
    pdf = pikepdf.new()
    picture = _image(pdf, data, mode, size, _profile(pdf, opened), Filter=Name.DCTDecode)
    _add_page(pdf, picture, opened.image.size, opened.dpi, orientation)
    return _saved(pdf)


def _orientation(stored: Image.Image) -> int:
    try:
        return int(stored.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (parsers of EXIF raise anything; opening took no turn from it either)
        return 1


def _picture(pdf: Pdf, image: Image.Image, profile: Object | None) -> Object:
    """Deflated as in a PNG, with a soft mask where it is see-through."""
    if image.mode in ("LA", "RGBA"):
        mask = _picture(pdf, image.getchannel("A"), None)
        image = image.convert(image.mode[:-1])
        return _deflated(pdf, image, profile, SMask=mask)
    return _deflated(pdf, image, profile)


def _deflated(pdf: Pdf, image: Image.Image, profile: Object | None, **more: Object) -> Object:
    how = Dictionary(Predictor=15, Colors=COLOURS[image.mode][1], BitsPerComponent=8, Columns=image.width)
    data = b"".join(png.stream(image))
    return _image(pdf, data, image.mode, image.size, profile, Filter=Name.FlateDecode, DecodeParms=how, **more)


def _image(pdf: Pdf, data: bytes, mode: str, size: tuple[int, int], profile: Object | None, **more: Object) -> Object:
    return Stream(
        pdf,
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=profile or COLOURS[mode][0],
        BitsPerComponent=8,
        **more,
    )


def _profile(pdf: Pdf, opened: Opened) -> Object | None:
    if not opened.icc:
        return None
    space, channels = COLOURS["L" if opened.icc[16:20] == b"GRAY" else "RGB"]
    return Array([Name.ICCBased, Stream(pdf, opened.icc, N=channels, Alternate=space)])


def _add_page(
    pdf: Pdf, picture: Object, size: tuple[int, int], dpi: tuple[float, float] | None, orientation: int = 1
) -> None:
    width, height = _points(size, dpi)
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = Dictionary(XObject=Dictionary(Picture=picture))
    placed = PLACED.get(orientation, PLACED[1]).format(w=width, h=height)
    page.Contents = Stream(pdf, f"q {placed} cm /Picture Do Q".encode())


def _points(size: tuple[int, int], dpi: tuple[float, float] | None) -> tuple[float, float]:
    """A page's sides. What names no sensible resolution has that of a screen."""
    across, down = dpi if dpi and all(LEAST_DPI <= each <= MOST_DPI for each in dpi) else (DPI, DPI)
    width, height = size[0] * 72 / across, size[1] * 72 / down
    scale = min(1, LARGEST / max(width, height))
    return round(max(SMALLEST, width * scale), 2), round(max(SMALLEST, height * scale), 2)


def _saved(pdf: Pdf) -> bytes:
    out = BytesIO()
    pdf.save(out, compress_streams=True, deterministic_id=True)
    return out.getvalue()
