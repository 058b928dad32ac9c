"""HEIF whose samples lie bare: every layout shows the same picture."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.open import open_picture
from app.refusals import Refusal
from tests.skips import CORPORA

WIDE, HIGH = 8, 4
PIXELS = np.random.default_rng(7).integers(0, 256, (HIGH, WIDE, 3), np.uint8)
BY_COMPONENT, BY_PIXEL, BY_ROW = 0, 1, 3
LAYOUTS = {
    BY_COMPONENT: PIXELS.transpose(2, 0, 1),
    BY_PIXEL: PIXELS,
    BY_ROW: PIXELS.transpose(0, 2, 1),
}


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]), *parts)


def heif(data: bytes, *more: bytes, interleave: int = BY_PIXEL, tiles: tuple[int, int] = (1, 1)) -> bytes:
    """A file with one picture of 8-bit red, green and blue; `more` are further properties of it."""
    samples = b"".join(struct.pack(">HBBB", index, 7, 0, 0) for index in range(3))
    align = struct.pack(">IIIII", 0, 0, 0, tiles[0] - 1, tiles[1] - 1)
    shelf = (
        full(b"ispe", struct.pack(">II", WIDE, HIGH)),
        box(b"cmpd", struct.pack(">IHHH", 3, 4, 5, 6)),
        full(b"uncC", b"gene", struct.pack(">I", 3), samples, bytes([0, interleave, 0, 0]), align),
        *more,
    )
    associated = struct.pack(">IHB", 1, 1, len(shelf)) + bytes(range(1, len(shelf) + 1))
    entry = full(b"infe", struct.pack(">HH4s", 1, 0, b"unci"), b"\0", version=2)
    located = bytes([0x44, 0]) + struct.pack(">HHHH", 1, 1, 1, 0) + struct.pack(">HII", 1, 0, len(data))
    meta = full(
        b"meta",
        full(b"pitm", struct.pack(">H", 1)),
        full(b"iinf", struct.pack(">H", 1), entry),
        full(b"iloc", located, version=1),
        box(b"iprp", box(b"ipco", *shelf), full(b"ipma", associated)),
        box(b"idat", data),
    )
    return box(b"ftyp", b"mif1", bytes(4), b"mif1", b"heic") + meta


def opened(source: bytes) -> Image.Image:
    return open_picture(source, bounds=Bounds()).image


@pytest.mark.parametrize("interleave", LAYOUTS)
def test_every_interleaving_shows_the_same_picture(interleave: int) -> None:
    image = opened(heif(LAYOUTS[interleave].tobytes(), interleave=interleave))
    assert np.array_equal(np.asarray(image), PIXELS)


def test_tiles_are_put_together() -> None:
    tiles = [PIXELS[top : top + 2, left : left + 4].tobytes() for top in (0, 2) for left in (0, 4)]
    assert np.array_equal(np.asarray(opened(heif(b"".join(tiles), tiles=(2, 2)))), PIXELS)


def test_what_is_packed_is_unpacked() -> None:
    packed = full(b"cmpC", b"zlib", b"\0")
    assert np.array_equal(np.asarray(opened(heif(zlib.compress(PIXELS.tobytes()), packed))), PIXELS)


def test_it_is_turned_as_it_asks() -> None:
    image = opened(heif(PIXELS.tobytes(), box(b"irot", b"\1")))
    assert np.array_equal(np.asarray(image), np.rot90(PIXELS))


@pytest.mark.parametrize("length", range(0, WIDE * HIGH * 3, 13))
def test_missing_samples_are_told(length: int) -> None:
    with pytest.raises(Refusal) as refusal:
        opened(heif(PIXELS.tobytes()[:length]))
    assert refusal.value.code == "unreadable"


@pytest.mark.parametrize("tiles", [(3, 1), (2**32, 1), (1, 2**31)])
def test_tiles_that_do_not_fill_it_are_told(tiles: tuple[int, int]) -> None:
    with pytest.raises(Refusal) as refusal:
        opened(heif(PIXELS.tobytes(), tiles=tiles))
    assert refusal.value.code == "unreadable"


@pytest.mark.needs("corpora")
def test_real_files_of_all_layouts_show_one_picture() -> None:
    folder = CORPORA / "libheif/tests/data"
    files = [path for path in folder.glob("uncompressed_*.heif") if path.stem.split("_")[2][0] in "RBA"]
    assert len(files) > 10
    pictures = [np.asarray(opened(path.read_bytes()).convert("RGB")).astype(int) for path in sorted(files)]
    for path, picture in zip(sorted(files), pictures, strict=True):
        assert np.abs(picture - pictures[0]).max() <= tolerance(path), path.name


def tolerance(path: Path) -> int:
    """A step of the fewest bits."""
    return 8 if "R5" in path.name else 2
