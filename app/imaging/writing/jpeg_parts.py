"""The parts of a JPEG file, by their markers."""

import re
from collections.abc import Iterator

SOI, EOI, SOS, COM, ADOBE = 0xD8, 0xD9, 0xDA, 0xFE, 0xEE
TOLD = {*range(0xE0, 0xF0), COM} - {ADOBE}  # Adobe's says how the colours are to be read
MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)


def bare(source: bytes) -> bytes:
    """The first picture's own bytes without any metadata, and without what follows its end.

    What was compressed is not touched. Raises ValueError where the file is cut off.
    """
    kept = b"".join(part for marker, part in parts(source) if marker not in TOLD)
    return b"\xff\xd8" + kept + b"\xff\xd9"


def parts(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment up to the end of the picture; a scan's pixels belong to its segment."""
    at = 2
    while True:
        found = MARKER.search(source, at)
        if found is None:
            raise ValueError("no end of the picture")
        marker, start = found[1][0], found.end() - 2
        if marker == EOI:
            return
        end = found.end() + int.from_bytes(source[found.end() : found.end() + 2], "big")
        if marker == SOS:
            following = MARKER.search(source, end)
            end = following.start() if following else len(source)
        yield marker, source[start:end]
        at = end
