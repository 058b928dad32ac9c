"""What a picture tells about itself besides its pixels."""

from contextlib import suppress
from typing import Any

from PIL import Image, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

ORIENTATION, EXIF_IFD, GPS_IFD = 0x0112, 0x8769, 0x8825
TOLD = (
    0x010E,
    0x010F,
    0x0110,
    0x0131,
    0x0132,
    0x013B,
    0x8298,
)  # description, make, model, software, date, artist, rights


def upright(image: Image.Image) -> None:
    """Turns the loaded image as its EXIF says, and takes that mark away."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except Exception:  # noqa: BLE001  (parsers of EXIF raise anything; the picture itself is whole)
        for name in ("exif", "Raw profile type exif"):
            image.info.pop(name, None)


def about(image: Image.Image) -> dict[str, Any]:
    """`exif`, `xmp`, `comment` and `dpi` as Opened names them, of an image that stands upright already."""
    info = image.info
    xmp = info.get("xmp") or info.get("XML:com.adobe.xmp")
    comment = info.get("comment") or info.get("Comment")
    return {
        "exif": info.get("exif") or _exif(image),
        "xmp": xmp.encode() if isinstance(xmp, str) else xmp if isinstance(xmp, bytes) and xmp else None,
        "comment": _text(comment) or None,
        "dpi": _dpi(info.get("dpi")),
    }


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def exif_of(image: Image.Image) -> Image.Exif:
    """An empty one where it is damaged."""
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001  (as above)
        return Image.Exif()


def _exif(image: Image.Image) -> bytes | None:
    with suppress(Exception):  # directories that cannot be read, values that cannot be written
        exif = _told(image) if isinstance(image, TiffImageFile) else exif_of(image)
        exif.pop(ORIENTATION, None)
        return exif.tobytes() if len(exif) else None
    return None


def _told(image: TiffImageFile) -> Image.Exif:
    """In a TIFF, the layout of its pixels lies among the same tags and must stay behind."""
    whole, told = exif_of(image), Image.Exif()
    for tag in TOLD:
        if tag in whole:
            told[tag] = whole[tag]
    for ifd in (EXIF_IFD, GPS_IFD):
        inner = whole.get_ifd(ifd)
        if inner:
            told[ifd] = dict(inner)
    return told


def _dpi(value: Any) -> tuple[float, float] | None:
    try:
        across, down = (float(each) for each in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 1 <= across <= 100_000 and 1 <= down <= 100_000 else None
