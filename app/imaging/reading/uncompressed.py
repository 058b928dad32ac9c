"""Uncompressed pictures in HEIF (ISO/IEC 23001-17), which no library at hand reads: bits, planes, tiles.

Read are all interleavings, depths of 1 to 16 bits, subsampled chroma, and items packed by deflate. Not read: blocks,
sample formats other than whole numbers, Bayer patterns, and Brotli.
"""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.reading.boxes import Item, primary
from app.imaging.reading.limits import fit

Plane = NDArray[np.uint8]

MONO, Y, CB, CR, RED, GREEN, BLUE, ALPHA = range(8)
BY_COMPONENT, BY_PIXEL, MIXED, BY_ROW, BY_TILE = range(5)
SHRUNK = {0: (1, 1), 1: (2, 1), 2: (2, 2)}  # chroma by sampling: across and down
PROFILES = {b"rgb3": (RED, GREEN, BLUE), b"rgba": (RED, GREEN, BLUE, ALPHA), b"abgr": (ALPHA, BLUE, GREEN, RED)}
HEAD = 65_536  # bytes, where the file describes what it holds
UNIT_SIZES = (0, 2, 3, 4, 8)  # bytes of an offset, by its code; lengths count one up
PACKED = {b"zlib": zlib.MAX_WBITS, b"defl": -zlib.MAX_WBITS}


class Component(NamedTuple):
    """`aligned`: bytes that a sample fills from below; 0 for as many bits as it has."""

    kind: int
    bits: int
    aligned: int = 0

    @property
    def room(self) -> int:
        return self.aligned * 8 or self.bits


class Layout(NamedTuple):
    components: list[Component]
    sampling: int = 0
    interleave: int = BY_PIXEL
    pixel_size: int = 0
    row_align: int = 0
    tile_align: int = 0
    across: int = 1
    down: int = 1


class Strip(NamedTuple):
    """Components that follow one another sample by sample, over a part of the picture."""

    components: list[Component]
    width: int
    height: int


def is_one(source: bytes) -> bool:
    return b"uncC" in source[:HEAD]


def decode(source: bytes, bounds: Bounds) -> Image.Image:
    """The primary picture in L, LA, RGB or RGBA. Raises LookupError, ValueError or struct.error for what it is not."""
    item = primary(source)
    properties = dict(item.properties)
    if item.kind != b"unci":
        raise ValueError("not an uncompressed picture")
    width, height = (int.from_bytes(properties[b"ispe"][at : at + 4], "big") for at in (4, 8))
    fit(width, height, bounds)
    layout = _layout(properties)
    planes = _planes(_unpacked(item, properties), layout, width, height)
    return _turned(_image(planes), properties)


def _layout(properties: dict[bytes, bytes]) -> Layout:
    box = properties[b"uncC"]
    if box[0] == 1:
        return Layout([Component(kind, 8) for kind in PROFILES[box[4:8]]])
    kinds = [int.from_bytes(properties[b"cmpd"][at : at + 2], "big") for at in range(4, len(properties[b"cmpd"]), 2)]
    count = int.from_bytes(box[8:12], "big")
    end = 12 + 5 * count
    components = [_component(box[at : at + 5], kinds) for at in range(12, end, 5)]
    sampling, interleave, block, flags = box[end : end + 4]
    if block or flags:
        raise ValueError("samples in blocks")
    pixel, row, tile, across, down = (int.from_bytes(box[at : at + 4], "big") for at in range(end + 4, end + 24, 4))
    return Layout(components, sampling, interleave, pixel, row, tile, across + 1, down + 1)


def _component(entry: bytes, kinds: list[int]) -> Component:
    if entry[3] or entry[2] > 15:
        raise ValueError("samples that are no whole numbers")
    return Component(kinds[int.from_bytes(entry[:2], "big")], entry[2] + 1, entry[4])


def _unpacked(item: Item, properties: dict[bytes, bytes]) -> bytes:
    if b"cmpC" not in properties:
        return item.data
    window = PACKED[properties[b"cmpC"][4:8]]
    units = list(_units(properties.get(b"icef", b""))) or [(0, len(item.data))]
    return b"".join(zlib.decompress(item.data[start : start + length], window) for start, length in units)


def _units(icef: bytes) -> Iterator[tuple[int, int]]:
    """Where each part that was packed by itself begins, and how long it is."""
    if not icef:
        return
    offset, length = UNIT_SIZES[icef[4] >> 5], (icef[4] >> 2 & 7) + 1
    length = {1: 1, 2: 2, 3: 3, 4: 4, 5: 8}[length]
    at, end = 9, 0
    for _ in range(int.from_bytes(icef[5:9], "big")):
        start = int.from_bytes(icef[at : at + offset], "big") if offset else end
        size = int.from_bytes(icef[at + offset : at + offset + length], "big")
        at, end = at + offset + length, start + size
        yield start, size


def _planes(data: bytes, layout: Layout, width: int, height: int) -> dict[int, Plane]:
    """Each component in 8 bits, at full size."""
    wide, high = width // layout.across, height // layout.down
    if wide * layout.across != width or high * layout.down != height:
        raise ValueError("tiles that do not fill the picture")
    planes = {each.kind: np.zeros((height, width), np.uint8) for each in layout.components}
    view = memoryview(data)
    tiles = [(left, top) for top in range(0, high * layout.down, high) for left in range(0, wide * layout.across, wide)]
    at = 0
    for strips in _passes(layout, wide, high):
        for left, top in tiles:
            size, found = _tile(view[at:], strips, layout)
            at += _padded(size, layout.tile_align)
            for kind, values in found.items():
                planes[kind][top : top + high, left : left + wide] = _grown(values, wide, high)
    return planes


def _passes(layout: Layout, wide: int, high: int) -> list[list[Strip]]:
    """What is stored tile after tile: all there is, or, by tile, one component after the other."""
    across, down = SHRUNK[layout.sampling]
    single = [
        Strip([each], wide // across, high // down) if each.kind in (CB, CR) else Strip([each], wide, high)
        for each in layout.components
    ]
    if layout.interleave == BY_PIXEL:
        return [[Strip(layout.components, wide, high)]]
    if layout.interleave == BY_TILE:
        return [[strip] for strip in single]
    if layout.interleave == MIXED:
        colours = [each for each in layout.components if each.kind in (CB, CR)]
        others = [strip for strip in single if strip.components[0] not in colours]
        return [[*others, Strip(colours, wide // across, high // down)]]
    return [single]


def _tile(data: memoryview, strips: list[Strip], layout: Layout) -> tuple[int, dict[int, Plane]]:
    """How many bytes it takes, and its components."""
    lengths = [_row_bytes(strip, layout) for strip in strips]
    found: dict[int, Plane] = {}
    at = 0
    if layout.interleave == BY_ROW:
        rows = _rows(data, sum(lengths), strips[0].height)
        for strip, length in zip(strips, lengths, strict=True):
            found |= _samples(rows[:, at : at + length], strip, layout)
            at += length
        return rows.size, found
    for strip, length in zip(strips, lengths, strict=True):
        found |= _samples(_rows(data[at:], length, strip.height), strip, layout)
        at += length * strip.height
    return at, found


def _rows(data: memoryview, length: int, count: int) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8, length * count).reshape(count, length)


def _row_bytes(strip: Strip, layout: Layout) -> int:
    return _padded(-(-strip.width * _pixel_bits(strip, layout) // 8), layout.row_align)


def _pixel_bits(strip: Strip, layout: Layout) -> int:
    bits = sum(each.room for each in strip.components)
    return max(bits, layout.pixel_size * 8) if layout.interleave == BY_PIXEL else bits


def _samples(rows: NDArray[np.uint8], strip: Strip, layout: Layout) -> dict[int, Plane]:
    pixel = _pixel_bits(strip, layout)
    whole = pixel % 8 == 0 and all(each.bits == each.room and each.room % 8 == 0 for each in strip.components)
    parts = rows[:, : strip.width * pixel // 8] if whole else np.unpackbits(rows, axis=1)[:, : strip.width * pixel]
    parts = parts.reshape(strip.height, strip.width, -1)
    found: dict[int, Plane] = {}
    at = 0
    for each in strip.components:
        at += each.room
        end, size = (at // 8, each.bits // 8) if whole else (at, each.bits)
        found[each.kind] = _number(parts[..., end - size : end], 8 if whole else 1)
    return found


def _number(parts: NDArray[np.uint8], bits: int) -> Plane:
    """Numbers in parts of so many bits, the highest first, brought to 8 bits."""
    count = parts.shape[-1]
    if bits * count == 8 and count == 1:
        return parts[..., 0]
    weights = (1 << bits * np.arange(count)[::-1]).astype(np.float32) * (255 / ((1 << bits * count) - 1))
    values: Plane = (parts.astype(np.float32) @ weights + 0.5).astype(np.uint8)
    return values


def _grown(values: Plane, wide: int, high: int) -> Plane:
    """Shrunk chroma back at the size of the rest."""
    down, across = high // values.shape[0], wide // values.shape[1]
    return values.repeat(down, axis=0).repeat(across, axis=1) if (down, across) != (1, 1) else values


def _padded(size: int, align: int) -> int:
    return -(-size // align) * align if align else size


def _image(planes: dict[int, Plane]) -> Image.Image:
    if Y in planes and CB in planes:
        base = Image.merge("YCbCr", [_band(planes[kind]) for kind in (Y, CB, CR)]).convert("RGB")
    elif RED in planes:
        base = Image.merge("RGB", [_band(planes[kind]) for kind in (RED, GREEN, BLUE)])
    else:
        base = _band(planes[MONO] if MONO in planes else planes[Y])
    if ALPHA in planes:
        base.putalpha(_band(planes[ALPHA]))
    return base


def _band(values: Plane) -> Image.Image:
    return Image.fromarray(values)


def _turned(image: Image.Image, properties: dict[bytes, bytes]) -> Image.Image:
    """Rotated and mirrored as the file asks."""
    if turns := (properties.get(b"irot") or b"\0")[0] & 3:
        image = image.transpose(Image.Transpose(Image.Transpose.ROTATE_90 + turns - 1))
    if mirror := properties.get(b"imir"):
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT if mirror[0] & 1 else Image.Transpose.FLIP_TOP_BOTTOM)
    return image
