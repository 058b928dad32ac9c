"""JPEG, segment by segment."""

import re
import struct
from collections.abc import Iterator

EOI, SOS = 0xD9, 0xDA
JFIF, EXIF, ICC, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
TABLES = {0xDB, 0xDC, 0xDD}  # quantisation, number of lines, restarts
FRAMES = set(range(0xC0, 0xD0)) - {0xC8}  # Huffman and arithmetic tables are among them
MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)  # within a scan: neither stuffing nor a restart
ONLY_TURNED = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHI", 1, 0x0112, 3, 1)  # EXIF of one entry: the orientation

Segment = tuple[int, bytes]  # marker, contents


def rebuilt(source: bytes, orientation: int = 1) -> bytes:
    """Raises ValueError or the like for what is no whole JPEG."""
    kept = [(marker, body) for marker, body in _segments(source) if _needed(marker, body)]
    first = [_packed(JFIF, body[:12] + b"\0\0") for marker, body in kept[:1] if marker == JFIF]  # without thumbnail
    turn = [_packed(EXIF, ONLY_TURNED + struct.pack(">HHI", orientation, 0, 0))] if orientation != 1 else []
    rest = [_packed(marker, body[:12] if marker == ADOBE else body) for marker, body in kept if marker != JFIF]
    return b"".join((b"\xff\xd8", *first, *turn, *rest, b"\xff\xd9"))


def _segments(source: bytes) -> Iterator[Segment]:
    """Those of the first picture. A scan's body goes on to the next marker, its header's length included."""
    at = 2
    while True:
        if source[at] != 0xFF:
            raise ValueError("no marker where one has to be")
        marker = source[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == EOI:
            return
        (length,) = struct.unpack_from(">H", source, at + 2)
        end = at + 2 + length
        if marker == SOS:
            found = MARKER.search(source, end)
            if found is None:
                raise ValueError("the scan does not end")
            end = found.start()
            yield marker, source[at + 2 : end]
        else:
            yield marker, source[at + 4 : end]
        at = end


def _needed(marker: int, body: bytes) -> bool:
    return (
        marker in TABLES
        or marker in FRAMES
        or marker == SOS
        or (marker == JFIF and body.startswith(b"JFIF\0") and len(body) >= 14)
        or (marker == ICC and body.startswith(b"ICC_PROFILE\0"))
        or (marker == ADOBE and body.startswith(b"Adobe") and len(body) >= 12)
    )


def _packed(marker: int, body: bytes) -> bytes:
    if marker == SOS:
        return b"\xff\xda" + body
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
