"""What kind of file bytes are, told from the bytes alone. Opens nothing, so the web process may ask too."""

import re
import struct
import zlib
from struct import unpack_from

from app.imaging.kinds import KINDS, Kind

HEAD = 64 * 1024  # what is enough to ask with; the whole file settles TIFF-like and container kinds for sure

MAGIC = (
    # matched at the start, the most certain first
    ("png", rb"\x89PNG\r\n\x1a\n"),
    ("jpg", rb"\xff\xd8\xff"),
    ("gif", rb"GIF8[79]a"),
    ("webp", rb"RIFF....WEBP"),
    ("psd", rb"8BPS\x00[\x01\x02]"),
    ("jp2", rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\x00"),
    ("raw", rb"FUJIFILMCCD-RAW|II[*]\x00....CR|IIR[OS]|MMOR|IIU\x00|II\x1a\x00...\x00HEAPCCDR|FOVb|\x00MRM"),
    ("bmp", rb"BM.{12}[\x0c-\x80]\x00\x00\x00"),
    ("bmp", rb"[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00.{8}\x01\x00[\x01\x02\x04\x08\x10\x18\x20]\x00"),
    ("ico", rb"\x00\x00\x01\x00[^\x00]\x00"),
    ("ppm", rb"P[1-6][\s#]|P[fF]\s|P0CMYK|PyP[\s#]"),
    ("rtf", rb"\{\\rtf"),
    ("doc", rb"\xdb\xa5.\x00|\x31\xbe\x00\x00"),
    ("xls", rb"\x09[\x00\x02\x04\x08][\x04\x06\x08]\x00..[\x05\x10\x20\x40]\x00"),
)
KNOWN = tuple((KINDS[name], re.compile(magic, re.DOTALL)) for name, magic in MAGIC)
OTHERS = (
    ("a ZIP archive", rb"PK[\x03\x05\x07][\x04\x06\x08]"),
    ("a gzip archive", rb"\x1f\x8b"),
    ("a RAR archive", rb"Rar!\x1a\x07"),
    ("a 7z archive", rb"7z\xbc\xaf\x27\x1c"),
    ("a compressed archive", rb"BZh[1-9]|\xfd7zXZ\x00|\x28\xb5\x2f\xfd|.{257}ustar"),
    ("an MP3", rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
    ("a sound file", rb"RIFF....WAVE|fLaC|OggS|FORM....AIF|MThd|....ftypM4A"),
    ("an MP4 or QuickTime film", rb"....(ftyp|moov|mdat|wide)"),
    ("an AVI film", rb"RIFF....AVI "),
    ("a Matroska or WebM film", rb"\x1a\x45\xdf\xa3"),
    ("a film", rb"\x00\x00\x01[\xb3\xba]|FLV\x01|\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    ("a program", rb"MZ|\x7fELF|[\xca\xfe][\xfe\xed][\xba\xfa][\xbe\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\x00asm"),
    ("a script", rb"#!"),
    ("a font", rb"\x00\x01\x00\x00\x00[^\x00]|OTTO|ttcf|wOF[F2]|true\x00"),
    ("a database", rb"SQLite format 3\x00|\x00\x01\x00\x00Standard "),
    ("a JPEG XL picture", rb"\xff\x0a|\x00\x00\x00\x0cJXL "),
    ("a PostScript drawing", rb"%!PS|\xc5\xd0\xd3\xc6"),
    ("an Apple icon", rb"icns"),
    ("a mouse pointer", rb"\x00\x00\x02\x00[^\x00]\x00"),
    ("a DDS texture", rb"DDS "),
    ("an OpenEXR picture", rb"v/1\x01"),
    ("a FITS picture", rb"SIMPLE  ="),
    ("a Radiance picture", rb"#\?RADIANCE"),
    ("a QOI picture", rb"qoif"),
    ("a PCX picture", rb"\x0a[\x00-\x05]\x01[\x01\x02\x04\x08]"),
    ("an SGI picture", rb"\x01\xda[\x00\x01][\x01\x02]"),
    ("a GIMP picture", rb"gimp xcf"),
    ("a Windows metafile", rb"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF"),
    ("a WordPerfect document", rb"\xffWPC"),
)
PDF = re.compile(rb"%PDF[-.\d]|%!PS-Adobe-\d\.\d PDF-\d")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROLOGUE = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
ROOT = re.compile(rb"<(?:[\w.-]+:)?svg[\s/>]")


def sniff(head: bytes) -> Kind | None:
    """The kind of file that starts with `head` (the first HEAD bytes or more); None for what is not read here."""
    for kind, magic in KNOWN:
        if magic.match(head):
            return kind
    for ask in (_boxes, _tiff, _zip, _ole, _pdf, _svg, _tga):
        name = ask(head)
        if name:
            return KINDS[name]
    return None


def markup(head: bytes) -> bytes:
    """XML or HTML from its first element on, as ASCII-compatible bytes."""
    text = _narrow(head)
    at, step = 0, PROLOGUE.match(text)
    while step:
        at = step.end()
        step = PROLOGUE.match(text, at)
    return text[at:]


def brands(head: bytes) -> tuple[bytes, ...]:
    """Of an ISO media file, the major one first; none of anything else."""
    if head[4:8] != b"ftyp":
        return ()
    length = min(int.from_bytes(head[:4], "big"), 256)
    return (head[8:12], *(head[at : at + 4] for at in range(16, length, 4)))


def _boxes(head: bytes) -> str | None:
    major, *others = brands(head) or (b"",)
    if major == b"crx ":
        return "raw"
    if {b"avif", b"avis"} & {major, *others}:
        return "avif"
    heif = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"mif3", b"msf1"}
    if not heif & {major, *others}:
        return None
    return "avif" if b"av01" in head[:4096] and b"hvc1" not in head[:4096] else "heic"


def _tiff(head: bytes) -> str | None:
    order = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">", b"II\0*": ">", b"MM*\0": "<"}.get(head[:4])
    if order is None:
        return None
    return "raw" if head[2:4] in (b"*\0", b"\0*") and _mosaic(head, order, _first(head, order)) else "tiff"


def _first(head: bytes, order: str) -> int:
    return int(unpack_from(order + "I", head, 4)[0]) if len(head) >= 8 else 0


def _mosaic(head: bytes, order: str, at: int, depth: int = 0) -> bool:
    """Whether a directory of a TIFF, or one below it, holds what a sensor saw."""
    dng, photometric, compression, below = 50706, 262, 259, 330
    own = _tags(head, order, at)
    if dng in own or own.get(photometric) in ([32803], [34892]):
        return True
    if own.get(compression) in ([34713], [32767], [32770], [65535], [65000]):
        return True
    return depth < 2 and any(_mosaic(head, order, offset, depth + 1) for offset in own.get(below, [])[:8])


def _tags(head: bytes, order: str, at: int) -> dict[int, list[int]]:
    """The numbers of a TIFF directory, as far as they lie within `head`."""
    tags: dict[int, list[int]] = {}
    try:
        for entry in range(unpack_from(order + "H", head, at)[0]):
            tag, form, count = unpack_from(order + "HHI", head, at + 2 + entry * 12)
            size, letter = {1: (1, "B"), 3: (2, "H"), 4: (4, "I"), 13: (4, "I")}.get(form, (0, ""))
            if size and count <= 64:
                value = at + 10 + entry * 12
                start = value if size * count <= 4 else unpack_from(order + "I", head, value)[0]
                tags[tag] = list(unpack_from(f"{order}{count}{letter}", head, start))
    except struct.error:
        pass  # it goes on behind `head`
    return tags


def _zip(head: bytes) -> str | None:
    if not head.startswith(b"PK\3\4"):
        return None
    formats = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}
    kind = re.search(rb"mimetypeapplication/vnd\.oasis\.opendocument\.([a-z]+)", head[:256])
    if kind:
        return formats.get(kind[1])
    folders = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
    found = re.search(rb"PK\x03\x04.{26}(word/|xl/|ppt/)", head, re.DOTALL)
    if found:
        return folders[found[1]]
    return "docx" if re.search(rb"PK\x03\x04.{26}(\[Content_Types\]\.xml|_rels/\.rels)", head, re.DOTALL) else None


def _ole(head: bytes) -> str | None:
    if not head.startswith(OLE):
        return None
    streams = {"ppt": "PowerPoint Document", "xls": "Workbook", "doc": "WordDocument"}
    return next((kind for kind, name in streams.items() if name.encode("utf-16-le") in head), "doc")


def _pdf(head: bytes) -> str | None:
    return "pdf" if PDF.search(head[:1024]) else None


def _svg(head: bytes) -> str | None:
    return "svg" if ROOT.match(markup(_unpacked(head))) else None


def _tga(head: bytes) -> str | None:
    """TGA has no mark at its start, so every field of its header must make sense."""
    if len(head) < 18:
        return None
    colours, form, first, length, entry, _, _, width, height, depth, flags = unpack_from("<xBBHHBHHHHBB", head)
    palette = colours == 1 and form in (1, 9) and depth == 8 and entry in (15, 16, 24, 32) and first + length <= 256
    plain = (
        colours == 0
        and length == 0
        and ((form in (2, 10) and depth in (15, 16, 24, 32)) or (form in (3, 11) and depth in (1, 8, 16)))
    )
    return "tga" if (palette or plain) and width and height and not flags & 0xC0 and flags & 0x0F in (0, 1, 8) else None


def _unpacked(head: bytes) -> bytes:
    """The beginning of what is gzipped."""
    if not head.startswith(b"\x1f\x8b\x08"):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head[:HEAD], HEAD)
    except zlib.error:
        return b""


def _narrow(head: bytes) -> bytes:
    """UTF-16 and a byte order mark taken away."""
    for mark, name in (
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if head.startswith(mark):
            return head.decode(name, "replace").lstrip("\ufeff").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def describe(head: bytes) -> str:
    """What a file is that `sniff` knows nothing of, as it goes into a sentence: "a ZIP archive"."""
    if not head:
        return "an empty file"
    for name, magic in OTHERS:
        if re.match(magic, head, re.DOTALL):
            return name
    text = _narrow(head[:4096])
    if re.match(rb"\s*<!doctype html", text, re.IGNORECASE) or markup(text).lower().startswith(b"<html"):
        return "a web page"
    if re.match(rb"<[a-z_]", markup(text), re.IGNORECASE):
        return "an XML file without a drawing"
    return "a text" if not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else "a file of an unknown kind"
