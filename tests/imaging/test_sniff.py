"""What files are is told from their bytes, never from their names."""

import gzip
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from struct import pack
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.imaging.sniff import HEAD, describe, sniff
from tests.skips import CORPORA


def name_of(data: bytes) -> str | None:
    kind = sniff(data)
    return kind.name if kind else None


def written(format_: str, mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (20, 10), 1).save(out, format_)
    return out.getvalue()


def zipped(*names: str, first: str = "") -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as parts:
        if first:
            parts.writestr("mimetype", first)
        for name in names:
            parts.writestr(name, "x")
    return out.getvalue()


def tiff_with(tag: int, type_: int, value: int) -> bytes:
    return b"II*\0" + pack("<IHHHII", 8, 1, tag, type_, 1, value) + b"\0" * 4


@pytest.mark.parametrize(
    ("format_", "kind"),
    [
        ("PNG", "png"),
        ("JPEG", "jpg"),
        ("WEBP", "webp"),
        ("GIF", "gif"),
        ("BMP", "bmp"),
        ("DIB", "bmp"),
        ("TIFF", "tiff"),
        ("AVIF", "avif"),
        ("JPEG2000", "jp2"),
        ("ICO", "ico"),
        ("TGA", "tga"),
        ("PPM", "ppm"),
        ("PDF", "pdf"),
    ],
)
def test_what_pillow_writes_is_known_by_its_bytes(format_: str, kind: str) -> None:
    assert name_of(written(format_)) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\x4f\xff\x51\0\x2f", "jp2"),
        (b"8BPS\0\1" + b"\0" * 20, "psd"),
        (b"P6 # a comment\n", "ppm"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "avif"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
        (b"II*\0\x10\0\0\0CR\2\0", "raw"),
        (b"IIU\0\x18\0\0\0", "raw"),
        (b"IIRO\x08\0\0\0", "raw"),
        (b"  \n%PDF-1.7\n", "pdf"),
        (b"{\\rtf1\\ansi", "rtf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("_rels/.rels", "xl/workbook.xml"), "xlsx"),
        (zipped("ppt/presentation.xml"), "pptx"),
        (zipped(first="application/vnd.oasis.opendocument.text"), "odt"),
        (zipped(first="application/vnd.oasis.opendocument.presentation"), "odp"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "xls"),
    ],
)
def test_a_few_bytes_are_enough(data: bytes, kind: str) -> None:
    assert name_of(data) == kind


@pytest.mark.parametrize(
    "text",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        '<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg>',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd" [<!ENTITY a "b">]><svg:svg>',
        "\ufeff  <svg\n width='1'>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16"])
def test_an_svg_may_begin_in_many_ways(text: str, encoding: str) -> None:
    assert name_of(text.encode(encoding)) == "svg"


@pytest.mark.parametrize("text", ["<html><svg></svg></html>", "<svgfont>", "text about <svg>", "<!-- <svg> -->"])
def test_what_only_talks_of_svg_is_none(text: str) -> None:
    assert name_of(text.encode()) is None


def test_a_tiff_from_a_sensor_is_camera_raw() -> None:
    dng_version, photometric, mosaic, compression, nikon = 50706, 262, 32803, 259, 34713
    assert name_of(tiff_with(dng_version, 1, 4)) == "raw"
    assert name_of(tiff_with(photometric, 3, mosaic)) == "raw"
    assert name_of(tiff_with(compression, 3, nikon)) == "raw"
    assert name_of(tiff_with(compression, 3, 1)) == "tiff"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (zipped("a.txt"), "a ZIP archive"),
        (gzip.compress(b"a text", mtime=0), "a gzip archive"),
        (b"ID3\4\0\0\0", "an MP3"),
        (b"\0\0\0\x20ftypisom", "an MP4 or QuickTime film"),
        (b"\x7fELF\2\1\1", "a program"),
        (b"#!/bin/sh\n", "a script"),
        (b"<!DOCTYPE html>\n<title>x</title>", "a web page"),
        (b"<?xml version='1.0'?><feed/>", "an XML file without a drawing"),
        ("Grüße aus Köln".encode(), "a text"),
        (bytes(range(1, 250)), "a file of an unknown kind"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, what: str) -> None:
    assert sniff(data) is None
    assert describe(data) == what


@given(st.binary(max_size=300))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    assert sniff(data) or describe(data)


@given(
    st.sampled_from([b"II*\0", b"MM\0*", b"PK\3\4", b"\0\0\0\x1cftyp", b"<?xml ", b"\x1f\x8b\x08"]),
    st.binary(max_size=300),
)
def test_bytes_after_a_known_beginning_have_an_answer(head: bytes, rest: bytes) -> None:
    assert sniff(head + rest) or describe(head + rest)


def test_asking_loads_no_library() -> None:
    heavy = "{'PIL', 'numpy', 'cv2', 'lxml', 'olefile', 'pypdfium2', 'rawpy', 'pillow_heif'}"
    code = f"import sys, app.imaging.sniff, app.imaging.open; sys.exit(str({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stderr.strip() == "set()"


@pytest.mark.needs("corpora")
@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("**/*.png", {"png"}),
        ("**/*.jpg", {"jpg"}),
        ("**/*.webp", {"webp"}),
        ("**/*.gif", {"gif"}),
        ("**/*.bmp", {"bmp"}),
        ("libavif/**/*.avif", {"avif"}),
        ("**/*.tga", {"tga"}),
        ("**/*.psd", {"psd"}),
        ("**/*.jp2", {"jp2"}),
        ("**/*.svg", {"svg"}),
        ("**/*.ico", {"ico"}),
        ("raw/**/*.dng", {"raw"}),
        ("raw/**/wrong.heic", {"jpg"}),
        ("**/*.tif", {"tiff"}),
        ("office/*.xlsx", {"xlsx"}),
        ("office/*.docx", {"docx"}),
    ],
)
def test_the_head_of_a_real_file_is_enough(pattern: str, kinds: set[str]) -> None:
    files = [path for path in CORPORA.glob(pattern) if path.is_file()]
    assert files
    strangers = {path.name for path in files if name_of(path.read_bytes()[:HEAD]) not in kinds}
    assert not strangers
