"""A drawing without what it could do or tell. It stays a drawing."""

import re
from base64 import b64decode, b64encode
from math import ceil
from urllib.parse import unquote_to_bytes

from lxml import etree

from app.imaging.bounds import Bounds
from app.imaging.reading import svg
from app.imaging.sniff import sniff
from app.imaging.stripping import rebuilt

KNOWN = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace", None)
ACTIVE = ("script", "handler", "listener", "foreignObject", "iframe", "audio", "video", "canvas")
TOLD = ("metadata", "title", "desc")


def cleaned(source: bytes, bounds: Bounds, *, keep: bool) -> bytes:
    """The drawing without scripts, without anything that points out of it and, unless kept, without metadata."""
    root = svg.parse(source, bounds)
    width, height = (max(1, ceil(side)) for side in svg.size(root))
    svg.disarm(root, bounds)
    for element in [each for each in root.iter() if _goes(each, keep)]:
        parent = element.getparent()
        if parent is not None:
            _take_out(element, parent)
    for element in root.iter(etree.Element):
        for name, value in element.items():
            if _acts(name):
                del element.attrib[name]
            elif etree.QName(name).localname == "href" and not value.lstrip().startswith("#"):
                element.set(name, value if keep else _bare(value, bounds))
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {width} {height}")
    root.set("width", str(width))
    root.set("height", str(height))
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root))


def _goes(element: etree._Element, keep: bool) -> bool:
    """Comments, what acts, what belongs to an editor, and what only tells."""
    if not isinstance(element.tag, str):
        return True
    name = etree.QName(element)
    if name.localname in ACTIVE or (element.get("attributeName") or "").endswith("href"):
        return True
    return not keep and (name.localname in TOLD or name.namespace not in KNOWN)


def _take_out(element: etree._Element, parent: etree._Element) -> None:
    """lxml would take the text that follows an element along with it."""
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _acts(attribute: str) -> bool:
    name = etree.QName(attribute)
    return name.localname.lower().startswith("on") or name.namespace not in KNOWN


def _bare(address: str, bounds: Bounds) -> str:
    """The picture in a `data:` address without metadata; nothing where that cannot be done."""
    about, _, body = address.partition(",")
    data = unquote_to_bytes(body)
    data = b64decode(re.sub(rb"\s", b"", data) + b"==") if ";base64" in about else data
    kind = sniff(data)
    if kind is None:
        return ""
    bare = cleaned(data, bounds, keep=False) if kind.name == "svg" else rebuilt(data, kind)
    return f"data:{kind.type};base64,{b64encode(bare).decode()}" if bare else ""
