"""Metadata in words a person can read."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from io import BytesIO
from typing import Any, cast

from lxml import etree
from PIL import ExifTags, Image, ImageCms, IptcImagePlugin
from PIL.ImageFile import ImageFile

from app.imaging.bounds import Bounds
from app.imaging.made import Fact
from app.imaging.opened import Opened
from app.imaging.reading.raster import header

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
UNREADABLE = (SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, OSError, struct.error, etree.Error)
LONGEST = 500  # characters of a value
MOST = 200  # entries
NAMED = {
    "Make": "Camera maker",
    "Model": "Camera",
    "LensModel": "Lens",
    "BodySerialNumber": "Camera serial number",
    "LensSerialNumber": "Lens serial number",
    "DateTimeOriginal": "Taken",
    "DateTimeDigitized": "Digitised",
    "DateTime": "Changed",
    "Artist": "Artist",
    "CameraOwnerName": "Camera owner",
    "Copyright": "Copyright",
    "Software": "Software",
    "ImageDescription": "Description",
    "UserComment": "Comment",
    "ExposureTime": "Exposure",
    "FNumber": "Aperture",
    "ISOSpeedRatings": "ISO",
    "FocalLength": "Focal length",
    "Flash": "Flash",
}
IPTC = {
    (2, 5): "Title",
    (2, 25): "Keyword",
    (2, 55): "Created on",
    (2, 80): "By",
    (2, 90): "City",
    (2, 101): "Country",
    (2, 105): "Headline",
    (2, 110): "Credit",
    (2, 116): "Rights",
    (2, 120): "Caption",
}
SHOWN: dict[str, Callable[[Any], str]] = {
    "ExposureTime": lambda value: f"{_share(value)} s",
    "FNumber": lambda value: f"f/{float(value):g}",
    "FocalLength": lambda value: f"{float(value):g} mm",
    "Flash": lambda value: "fired" if int(value) & 1 else "not fired",
}


def told(source: bytes, opened: Opened, bounds: Bounds) -> dict[str, Fact]:
    """Names and values, the most telling first."""
    found: dict[str, Fact] = {}
    for name, value in _all(source, opened, bounds):
        text = str(value).replace("\0", "").strip()[:LONGEST]
        if text and len(found) < MOST:
            found.setdefault(name, value if isinstance(value, int | float) else text)
    return found


def _all(source: bytes, opened: Opened, bounds: Bounds) -> Iterator[tuple[str, Fact]]:
    yield from _readable(_exif(opened), "EXIF")
    if opened.comment:
        yield "File comment", opened.comment
    yield from _readable(_xmp(opened.xmp), "XMP")
    yield from _readable(_inside(source, opened, bounds), "file")
    if opened.dpi:
        yield "Resolution", f"{opened.dpi[0]:g} × {opened.dpi[1]:g} dpi"
    if opened.icc:
        yield "Colour profile", _profile(opened.icc)


def _readable(entries: Iterator[tuple[str, Fact]], part: str) -> Iterator[tuple[str, Fact]]:
    """As many as can be read."""
    try:
        yield from entries
    except UNREADABLE:
        yield f"Damaged {part} data", "Some of it cannot be read."


def _exif(opened: Opened) -> Iterator[tuple[str, Fact]]:
    exif = Image.Exif()
    if opened.exif:
        exif.load(opened.exif)
    yield from _place(exif)
    yield from _entries({**exif, **exif.get_ifd(EXIF_IFD)})


def _place(exif: Image.Exif) -> Iterator[tuple[str, Fact]]:
    """The coordinates in degrees, north and east positive."""
    gps = exif.get_ifd(GPS_IFD)
    names = ExifTags.GPS
    latitude = _degrees(gps.get(names.GPSLatitude), str(gps.get(names.GPSLatitudeRef, "N")))
    longitude = _degrees(gps.get(names.GPSLongitude), str(gps.get(names.GPSLongitudeRef, "E")))
    if latitude is not None and longitude is not None:
        yield "Place", f"{latitude:.6f}, {longitude:.6f}"
        yield "Latitude", latitude
        yield "Longitude", longitude
    elif gps:
        yield "Place", "There is location data, without coordinates."
    altitude = _number(gps.get(names.GPSAltitude))
    if altitude is not None:
        yield "Altitude", f"{altitude:g} m"


def _degrees(value: Any, side: str) -> float | None:
    """Degrees, minutes and seconds as one number."""
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    parts = [_number(part) for part in value]
    if any(part is None for part in parts):
        return None
    degrees = sum((part or 0) / 60**power for power, part in enumerate(parts))
    return round(float(-degrees if side[:1].upper() in ("S", "W") else degrees), 6)


def _entries(tags: Mapping[int, Any]) -> Iterator[tuple[str, Fact]]:
    by_name = {ExifTags.TAGS.get(tag, ""): value for tag, value in tags.items()}
    for name, label in NAMED.items():
        value = by_name.pop(name, None)
        if value is not None:
            yield label, _shown(name, value)
    for name, value in by_name.items():
        if name and name not in ("ExifOffset", "GPSInfo", "MakerNote", "Orientation", "XMLPacket", "ICCProfile"):
            yield name, _shown(name, value)


def _shown(name: str, value: Any) -> Fact:
    try:
        if name in SHOWN:
            return SHOWN[name](value)
    except (TypeError, ValueError, ZeroDivisionError):
        return str(value)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        bare = value.removeprefix(b"ASCII\0\0\0").removeprefix(b"UNICODE\0").strip(b"\0 ")
        return bare.decode("utf-8", "replace") if bare.isascii() else f"{len(value)} bytes"
    return ", ".join(map(_text, value)) if isinstance(value, tuple) else str(value)


def _share(value: Any) -> str:
    """A time as photographers write it."""
    seconds = float(value)
    return f"1/{round(1 / seconds)}" if 0 < seconds < 0.5 else f"{seconds:g}"


def _number(value: Any) -> float | None:
    try:
        return float(Fraction(str(value)) if "/" in str(value) else value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _xmp(packet: bytes | None) -> Iterator[tuple[str, Fact]]:
    """Every text of an XMP packet, by the name of the element it stands in."""
    if not packet:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(packet.strip(b"\0 \n"), parser)
    for element in root.iter(etree.Element) if root is not None else ():
        name = _name(element)
        if element.text and element.text.strip():
            yield f"XMP {name}", element.text
        for key, value in element.attrib.items():
            if "rdf-syntax" not in str(key) and "namespace" not in str(key):
                yield f"XMP {etree.QName(key).localname}", str(value)


def _name(element: Any) -> str:
    """Of the nearest element that is not a list or an item of one."""
    while etree.QName(element).namespace and "rdf-syntax" in str(etree.QName(element).namespace):
        if element.getparent() is None:
            break
        element = element.getparent()
    return str(etree.QName(element).localname)


def _inside(source: bytes, opened: Opened, bounds: Bounds) -> Iterator[tuple[str, Fact]]:
    """What single formats keep in places of their own."""
    if opened.kind.drawn or opened.kind.name == "raw":
        return
    image = cast(ImageFile, header(source, opened.kind, bounds))
    for tag, label in IPTC.items() if opened.kind.name in ("jpg", "tiff") else ():
        values = (IptcImagePlugin.getiptcinfo(image) or {}).get(tag)
        if values:
            yield label, _text(values if isinstance(values, bytes) else tuple(values))
    for name, value in getattr(image, "text", {}).items():
        if not name.startswith("XML:"):
            yield name, str(value)


def _profile(icc: bytes) -> str:
    try:
        return ImageCms.getProfileDescription(BytesIO(icc)).strip()
    except (ImageCms.PyCMSError, OSError):
        return "unreadable"
