"""Which office document a ZIP or OLE container holds, by what is inside."""

import re
from io import BytesIO
from zipfile import ZipFile

import olefile

from app.imaging.bounds import MB, Bounds
from app.imaging.kinds import KINDS, Kind
from app.imaging.reading.limits import decoding
from app.imaging.sniff import OLE
from app.refusals import Refusal

PARTS = {
    b"wordprocessingml.document.main": "docx",
    b"wordprocessingml.template.main": "docx",
    b"spreadsheetml.sheet.main": "xlsx",
    b"spreadsheetml.template.main": "xlsx",
    b"presentationml.presentation.main": "pptx",
    b"presentationml.slideshow.main": "pptx",
    b"presentationml.template.main": "pptx",
}
STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
MACROS = re.compile(rb"\.(document|sheet|presentation|slideshow|template)\.macroEnabled", re.IGNORECASE)


def settle(source: bytes, kind: Kind, *, bounds: Bounds) -> Kind:
    """The kind of document it is for sure. Refuses what is none, has macros, is locked, or unpacks to too much."""
    with decoding(kind):
        if source.startswith(b"PK"):
            return _zipped(source, bounds)
        return _ole(source) if source.startswith(OLE) else kind


def _zipped(source: bytes, bounds: Bounds) -> Kind:
    with ZipFile(BytesIO(source)) as parts:
        size = sum(part.file_size for part in parts.infolist())
        if size > bounds.unzipped:
            message = f"This document unpacks to {size // MB:,} MB. {bounds.unzipped // MB:,} MB are taken at most."
            raise Refusal("too_large", message, limit=bounds.unzipped)
        names = set(parts.namelist())
        if "mimetype" in names:
            return _typed(_start(parts, "mimetype").decode("ascii", "replace").strip())
        types = _start(parts, "[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if MACROS.search(types):
        message = "This document holds macros. Save it without them (as docx, xlsx or pptx) and retry."
        raise Refusal("not_a_picture", message)
    for part, name in PARTS.items():
        if part in types:
            return KINDS[name]
    raise Refusal("not_a_picture", "This is a ZIP archive, not a picture or document that Limn can read.")


def _start(parts: ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        return part.read(MB)


def _typed(type_: str) -> Kind:
    kind = next((kind for kind in KINDS.values() if kind.type == type_.removesuffix("-template")), None)
    if kind is None:
        raise Refusal("not_a_picture", f"This is a file of type {type_[:80]}, not a document that Limn can read.")
    return kind


def _ole(source: bytes) -> Kind:
    with olefile.OleFileIO(BytesIO(source)) as ole:
        if ole.exists("EncryptedPackage"):
            raise Refusal(
                "password_needed", "This document is locked with a password. Save a copy without one and retry."
            )
        for stream, name in STREAMS.items():
            if ole.exists(stream):
                return KINDS[name]
    raise Refusal("not_a_picture", "This is an OLE container without a document that Limn can read.")
