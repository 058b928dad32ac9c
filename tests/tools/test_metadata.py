"""Metadata, looked at and taken out."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from app.tools import TOOLS
from tests.skips import CORPORA
from tests.tools.conftest import Run
from tests.tools.pictures import ARTIST, GPS, ICC, ORIENTATION, PLANTED, data, file, film, numbers, photo, picture, told

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>'
    + PLANTED
    + b"</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def planted(format_: str) -> bytes:
    """A file with something to hide wherever its format has a place for it, and more hung onto its end."""
    if format_ == "PNG":
        text = PngInfo()
        text.add_text("Comment", PLANTED.decode())
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        source = file(photo(), "PNG", pnginfo=text, exif=told(), icc_profile=ICC)
    elif format_ == "GIF":
        source = file(photo(), "GIF", comment=PLANTED)
    elif format_ == "TIFF":
        source = file(photo(), "TIFF", tiffinfo={ARTIST: PLANTED.decode()}, icc_profile=ICC)
    else:
        comment = {"comment": PLANTED} if format_ == "JPEG" else {}
        source = file(photo(), format_, exif=told(), xmp=XMP, icc_profile=ICC, **comment)
    return source + PLANTED


def test_looking_is_free_and_taking_out_is_not() -> None:
    assert TOOLS["metadata"].price_list() == {"look": 0, "strip": 10}


def test_a_photo_tells_where_and_by_whom(run: Run) -> None:
    outcome = run("metadata", planted("JPEG"))
    found = outcome.facts["metadata"]
    assert isinstance(found, dict)
    assert (found["Latitude"], found["Longitude"]) == (pytest.approx(48.858222), pytest.approx(2.2945))
    assert found["Artist"] == found["File comment"] == found["XMP creator"] == PLANTED.decode()
    assert outcome.pictures == []
    assert "before" in outcome.sides


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("damage", [b"MM\0*\xff\xff\xff\xff", b"\xff" * 12, b"II*\0\x08\0\0\0\x05\0\x12\x01"])
def test_damaged_metadata_hinders_nothing(damage: bytes, run: Run) -> None:
    source = file(photo(), exif=b"Exif\0\0" + damage + PLANTED)
    assert isinstance(run("metadata", source).facts["metadata"], dict)
    assert PLANTED not in data(run("metadata", source, action="strip"))


def test_south_and_west_are_negative(run: Run) -> None:
    exif = told()
    exif[0x8825] = {1: "S", 2: (33.0, 30.0, 0.0), 3: "W", 4: (70.0, 15.0, 0.0)}
    assert run("metadata", file(photo(), exif=exif)).facts["metadata"]["Place"] == "-33.500000, -70.250000"  # type: ignore[index,call-overload]


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF"])
def test_taking_it_out_changes_no_pixel(format_: str, run: Run) -> None:
    source = planted(format_)
    outcome = run("metadata", source, action="strip")
    assert (numbers(picture(outcome).convert("RGB")) == numbers(Image.open(BytesIO(source)).convert("RGB"))).all()
    assert outcome.facts["lossless"] is True


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_nothing_that_was_planted_is_left(format_: str, run: Run) -> None:
    outcome = run("metadata", planted(format_), action="strip")
    assert PLANTED in planted(format_)
    assert PLANTED not in data(outcome)
    assert {ARTIST, GPS} & set(picture(outcome).getexif()) == set()


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_the_profile_stays(format_: str, run: Run) -> None:
    profile = picture(run("metadata", planted(format_), action="strip")).info["icc_profile"]
    assert ImageCms.getProfileDescription(BytesIO(profile)) == ImageCms.getProfileDescription(BytesIO(ICC))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_stays_turned(orientation: int, run: Run) -> None:
    exif = told()
    exif[ORIENTATION] = orientation
    outcome = run("metadata", file(photo(), exif=exif), action="strip")
    first = outcome.pictures[0]
    stripped = Image.open(BytesIO(data(outcome)))
    assert dict(stripped.getexif()) == ({} if orientation == 1 else {ORIENTATION: orientation})
    assert (getattr(first, "width", 0), getattr(first, "height", 0)) == ((240, 180) if orientation < 5 else (180, 240))


def test_a_turned_png_is_turned(run: Run) -> None:
    exif = told()
    exif[ORIENTATION] = 6
    stripped = picture(run("metadata", file(photo(), "PNG", exif=exif), action="strip"))
    assert (numbers(stripped) == numbers(photo().transpose(Image.Transpose.ROTATE_270))).all()


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "AVIF", "PNG"])
def test_animations_keep_moving(format_: str, run: Run) -> None:
    stripped = picture(run("metadata", film(format_), action="strip"))
    assert getattr(stripped, "n_frames", 1) == 3 or format_ == "PNG"
    assert stripped.info["duration"] == 100


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}])
def test_jpegs_of_every_make_survive(options: dict[str, Any], run: Run) -> None:
    source = file(photo(), quality=90, **options)
    stripped = picture(run("metadata", source, action="strip"))
    assert (numbers(stripped) == numbers(Image.open(BytesIO(source)))).all()


def test_what_hangs_on_behind_the_pixels_of_a_png_goes(run: Run) -> None:
    """Where a viewer does not look: inside the last chunk, after the compressed pixels."""
    pixels = zlib.compress(b"\0\xff\0\0" * 1)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", pixels + PLANTED), (b"IEND", b"")]
    source = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    outcome = run("metadata", source, action="strip")
    assert PLANTED not in data(outcome)
    assert picture(outcome).getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.needs("corpora")
def test_real_jpegs_keep_their_pixels(run: Run) -> None:
    tried = 0
    for path in sorted((CORPORA / "libavif/tests/data").glob("paris_*.jpg")):
        source = path.read_bytes()
        stripped = Image.open(BytesIO(data(run("metadata", source, action="strip"))))
        assert (numbers(stripped) == numbers(Image.open(BytesIO(source)))).all(), path.name
        tried += 1
    assert tried > 3
