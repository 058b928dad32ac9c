"""The boxes of an ISO base media file (ISO/IEC 14496-12), as far as a still picture in it needs them."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

CONSTRUCTED_IN_IDAT = 1


class Item(NamedTuple):
    """A picture in the file: its kind, its properties in their order, its bytes."""

    kind: bytes
    properties: list[tuple[bytes, bytes]]
    data: bytes


def primary(source: bytes) -> Item:
    """The picture that the file is about. Raises LookupError, ValueError or struct.error for a damaged file."""
    meta = _children(_first(boxes(source), b"meta")[4:])
    number = _number(meta[b"pitm"], 4, 4 if meta[b"pitm"][0] else 2)
    inner = list(boxes(meta[b"iprp"]))
    shelf = list(boxes(_first(inner, b"ipco")))
    chosen = [shelf[index - 1] for index in _associated(_first(inner, b"ipma"), number) if index]
    return Item(_kind(meta[b"iinf"], number), chosen, _data(source, meta, number))


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = _number(data, at + 8, 8), 16
        size = size or len(data) - at
        if size < head:
            raise ValueError("a box smaller than its head")
        yield kind, data[at + head : at + size]
        at += size


def _children(data: bytes) -> dict[bytes, bytes]:
    return dict(boxes(data))


def _first(found: Iterable[tuple[bytes, bytes]], wanted: bytes) -> bytes:
    """The content of the first of this kind; nothing where there is none."""
    for kind, content in found:
        if kind == wanted:
            return content
    return b""


def _kind(iinf: bytes, number: int) -> bytes:
    for _, entry in boxes(iinf[6 if iinf[0] == 0 else 8 :]):
        wide = 4 if entry[0] >= 3 else 2
        if _number(entry, 4, wide) == number:
            return entry[6 + wide : 10 + wide]
    raise LookupError("an item without an entry")


def _associated(ipma: bytes, number: int) -> Iterator[int]:
    """Where on the shelf, from 1, the properties of an item lie."""
    id_size, wide = (4 if ipma[0] else 2), bool(ipma[3] & 1)
    at = 8
    for _ in range(_number(ipma, 4, 4)):
        item, count = _number(ipma, at, id_size), ipma[at + id_size]
        at += id_size + 1
        for _ in range(count):
            if item == number:
                yield _number(ipma, at, 2) & 0x7FFF if wide else ipma[at] & 0x7F
            at += 2 if wide else 1


def _data(source: bytes, meta: Mapping[bytes, bytes], number: int) -> bytes:
    for item, method, extents in _located(meta[b"iloc"]):
        if item == number:
            where = meta[b"idat"] if method == CONSTRUCTED_IN_IDAT else source
            return b"".join(where[start : start + length] for start, length in extents)
    raise LookupError("an item without a place")


def _located(iloc: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Each item's number, how it is constructed, and where its parts lie."""
    version, sizes = iloc[0], iloc[4:6]
    offset, length, base, index = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4, sizes[1] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = 6 + wide
    for _ in range(_number(iloc, 6, wide)):
        item = _number(iloc, at, wide)
        method = _number(iloc, at + wide, 2) & 15 if version else 0
        at += wide + (2 if version else 0) + 2
        start, count = _number(iloc, at, base), _number(iloc, at + base, 2)
        at += base + 2
        extents = []
        for _ in range(count):
            at += index
            extents.append((start + _number(iloc, at, offset), _number(iloc, at + offset, length)))
            at += offset + length
        yield item, method, extents


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise ValueError("a number beyond the end")
    return int.from_bytes(data[at : at + size], "big")
