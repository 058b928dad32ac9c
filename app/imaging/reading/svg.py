"""SVG, drawn by resvg once nothing in it points outside."""

import re
from base64 import b64decode
from io import BytesIO
from math import ceil
from urllib.parse import unquote_to_bytes
from zlib import decompressobj

import resvg_py
from lxml import etree
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS
from app.imaging.opened import Frame, Opened
from app.imaging.reading.limits import decoding, fit
from app.imaging.sniff import sniff
from app.refusals import Refusal

KIND = KINDS["svg"]
CSS_DPI = 96
NAMESPACE = "http://www.w3.org/2000/svg"
UNITS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "em": 12, "ex": 6}
LENGTH = re.compile(r"\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*([a-z]*)\s*$")
OUTSIDE = re.compile(r"url\(\s*(?!['\"]?\s*#)[^)]*\)|@import[^;]*;?", re.IGNORECASE)
PICTURE = re.compile(r"\s*data:image/", re.IGNORECASE)
MAX_TEXT = 25 * 1024 * 1024


def read(source: bytes, *, bounds: Bounds, dpi: int | None) -> Opened:
    """At its own size, that is at 96 dpi, unless another resolution is asked for. Transparent ground."""
    with decoding(KIND):
        root = parse(source, bounds)
        width, height = (side * (dpi or CSS_DPI) / CSS_DPI for side in size(root))
        fit(max(1, ceil(width)), max(1, ceil(height)), bounds)
        disarm(root, bounds)
        has_text = root.find(f".//{{{NAMESPACE}}}text") is not None
        data = resvg_py.svg_to_bytes(
            svg_string=etree.tostring(root, encoding="unicode"),
            width=max(1, ceil(width)),
            dpi=CSS_DPI,
            languages=["en"],
            skip_system_fonts=not has_text,
        )
        image = Image.open(BytesIO(data), formats=["PNG"]).convert("RGBA")
    return Opened(KIND, [Frame(image)], dpi=(dpi, dpi) if dpi else None)


def parse(source: bytes, bounds: Bounds) -> etree._Element:
    """The root of the drawing. Entities of its own are put in within libxml2's limits, others never looked for."""
    parser = etree.XMLParser(
        resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    root = etree.fromstring(unpacked(source, bounds), parser)
    if etree.QName(root).namespace is None:  # copied out of a web page
        bare = etree.tostring(root).replace(b"<svg", f'<svg xmlns="{NAMESPACE}"'.encode(), 1)
        root = etree.fromstring(bare, parser)
    return root


def unpacked(source: bytes, bounds: Bounds) -> bytes:
    if not source.startswith(b"\x1f\x8b"):
        return source
    gzip = decompressobj(wbits=31)
    text = gzip.decompress(source, min(bounds.unzipped, MAX_TEXT))
    if gzip.unconsumed_tail:
        raise Refusal("too_large", "This drawing unpacks to more than is taken. Save a simpler one.", limit=MAX_TEXT)
    if not gzip.eof:
        raise Refusal("unreadable", "This packed drawing ends too early. Save it again and retry.")
    return text


def size(root: etree._Element) -> tuple[float, float]:
    """Width and height in CSS pixels: as named, or else of the view box."""
    box = [float(each) for each in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if each]
    has_box = len(box) == 4 and box[2] > 0 and box[3] > 0
    width, height = _length(root.get("width")), _length(root.get("height"))
    if not has_box:
        return width or 100, height or 100
    if width and height:
        return width, height
    if width or height:
        scale = width / box[2] if width else (height or 0) / box[3]
        return box[2] * scale, box[3] * scale
    return box[2], box[3]


def disarm(root: etree._Element, bounds: Bounds) -> None:
    """Takes away whatever points out of the drawing, and embedded pictures that are none."""
    pixels = 0
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if etree.QName(name).localname in ("href", "src"):
                if PICTURE.match(value):
                    pixels += _embedded(value, bounds)
                elif not value.lstrip().startswith("#"):
                    del element.attrib[name]
            elif "url(" in value.lower() or "@import" in value.lower():
                element.set(name, OUTSIDE.sub("none", value))
        if etree.QName(element).localname == "style" and element.text:
            element.text = OUTSIDE.sub("none", element.text)
    if pixels > bounds.pixels:
        message = (
            f"The pictures in this drawing have {pixels / 1e6:,.1f} million pixels together."
            f" {bounds.pixels / 1e6:,.0f} million are taken at most: embed smaller ones."
        )
        raise Refusal("too_many_pixels", message, pixels=pixels, limit_pixels=bounds.pixels)


def _embedded(address: str, bounds: Bounds) -> int:
    """How many pixels a `data:` address holds, from its header; refuses too many."""
    about, _, body = address.partition(",")
    data = unquote_to_bytes(body)
    data = b64decode(re.sub(rb"\s", b"", data) + b"==") if ";base64" in about else data
    kind = sniff(data)
    if kind is None or kind.name not in ("png", "jpg", "gif", "webp"):
        return 0
    from app.imaging.reading.raster import header

    try:
        width, height = header(data, kind, bounds).size
    except (OSError, ValueError):
        return 0  # drawn as nothing
    return width * height


def _length(text: str | None) -> float | None:
    found = LENGTH.match(text or "")
    scale = UNITS.get(found[2]) if found else None
    return float(found[1]) * scale if found and scale else None
