"""PNG, chunk by chunk; an animated one too."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIZED = {b"IHDR": 13, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4, b"pHYs": 9, b"acTL": 8, b"fcTL": 26}
KEPT = {*SIZED, b"PLTE", b"tRNS", b"sBIT", b"iCCP", b"fdAT"}
PLACE = b"IDAT"
NAMED = b"ICC profile\0"
PIECE = 1 << 20

Chunk = tuple[bytes, bytes]


def rebuilt(source: bytes) -> bytes:
    """Raises ValueError, or the errors of struct and zlib, for what is no whole PNG."""
    if not source.startswith(SIGNATURE):
        raise ValueError("no PNG")
    chunks = list(_chunks(source))
    pixels = _stream(b"".join(body for name, body in chunks if name == PLACE))
    parts, placed = [SIGNATURE], False
    for name, body in chunks:
        if name == PLACE and not placed:
            parts += [_packed(PLACE, pixels)]
            placed = True
        elif name in KEPT and len(body) == SIZED.get(name, len(body)):
            parts += [_packed(name, NAMED + body.split(b"\0", 1)[1] if name == b"iCCP" else body)]
    return b"".join((*parts, _packed(b"IEND", b"")))


def _chunks(source: bytes) -> Iterator[Chunk]:
    at = len(SIGNATURE)
    while True:
        length, name = struct.unpack_from(">I4s", source, at)
        if name == b"IEND":
            return
        if at + 12 + length > len(source):
            raise ValueError("a chunk is cut off")
        yield name, source[at + 8 : at + 8 + length]
        at += 12 + length


def _stream(data: bytes) -> bytes:
    """What belongs to the compressed pixels; nothing hung on behind them."""
    reader, rest = zlib.decompressobj(), data
    while not reader.eof:
        if not rest:
            raise ValueError("the pixels are cut off")
        reader.decompress(rest, PIECE)
        rest = reader.unconsumed_tail
    return data[: len(data) - len(reader.unused_data)]


def _packed(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))
