"""WebP, chunk by chunk; an animated one too."""

import struct
from collections.abc import Iterator

PIXELS = {b"VP8 ", b"VP8L", b"ALPH"}
KEPT = {*PIXELS, b"VP8X", b"ICCP", b"ANIM", b"ANMF"}
TOLD = 0x08 | 0x04  # flags of the header: EXIF, XMP
FRAME = 16  # bytes before a frame's own chunks

Chunk = tuple[bytes, bytes]


def rebuilt(source: bytes) -> bytes:
    """Raises ValueError or struct.error for what is no whole WebP."""
    riff, size, webp = struct.unpack_from("<4sI4s", source)
    if (riff, webp) != (b"RIFF", b"WEBP"):
        raise ValueError("no WebP")
    body = b"".join(_kept(name, data) for name, data in _chunks(source[12 : 8 + size]) if name in KEPT)
    return struct.pack("<4sI4s", b"RIFF", len(body) + 4, b"WEBP") + body


def _kept(name: bytes, data: bytes) -> bytes:
    if name == b"VP8X":
        data = bytes([data[0] & ~TOLD]) + data[1:10]
    if name == b"ANMF":
        inner = _chunks(data[FRAME:])
        data = data[:FRAME] + b"".join(_packed(part, body) for part, body in inner if part in PIXELS)
    return _packed(name, data)


def _chunks(data: bytes) -> Iterator[Chunk]:
    at = 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            raise ValueError("a chunk is cut off")
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _packed(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2)
