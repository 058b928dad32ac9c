"""Every kind becomes every other at its size, and tells no more than it should."""

import random
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from app.imaging.bounds import Bounds
from app.imaging.convert import convert
from app.imaging.kinds import KINDS, WRITTEN
from app.imaging.made import Made
from app.imaging.save import save
from app.refusals import Refusal
from tests.imaging.pictures import cut_out, file_of, glass, moving, opened, photo, psnr, same
from tests.skips import CORPORA

pillow_heif.register_heif_opener()
TARGETS = [kind.name for kind in WRITTEN]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="30" height="40" fill="red"/></svg>'
ORIENTATION, ARTIST, GPS = 0x0112, 0x013B, 0x8825


def pages(kind: str, count: int = 3) -> bytes:
    """A file of pages of different greys."""
    images = [Image.new("RGB", (60, 40), (60 * number,) * 3) for number in range(1, count + 1)]
    if kind == "tiff":
        return file_of(images[0], "TIFF", save_all=True, append_images=images[1:])
    return file_of(images[0], "PDF", save_all=True, append_images=images[1:], resolution=72)


SOURCES = {
    "png": lambda: file_of(glass(60, 40), "PNG"),
    "jpg": lambda: file_of(photo(60, 40), "JPEG", quality=95),
    "webp": lambda: file_of(photo(60, 40), "WEBP"),
    "gif": lambda: file_of(cut_out(60, 40), "GIF"),
    "bmp": lambda: file_of(photo(60, 40), "BMP"),
    "tiff": lambda: file_of(photo(60, 40), "TIFF"),
    "heic": lambda: file_of(photo(60, 40), "HEIF"),
    "avif": lambda: file_of(photo(60, 40), "AVIF"),
    "svg": lambda: SVG,
    "pdf": lambda: pages("pdf", 1),
    "jp2": lambda: file_of(photo(60, 40), "JPEG2000"),
    "ico": lambda: file_of(glass(60, 40), "ICO", sizes=[(60, 40)]),
    "tga": lambda: file_of(glass(60, 40), "TGA"),
    "ppm": lambda: file_of(photo(60, 40), "PPM"),
}
REAL = {
    "psd": "pillow/Tests/images/hopper.psd",
    "jpg": "pillow/Tests/images/hopper_orientation_6.jpg",
    "raw": "raw",
}


def converted(source: bytes, option: str, **options: Any) -> Made:
    return convert(source, bounds=Bounds(), option=option, **options)


def result(source: bytes, option: str, **options: Any) -> bytes:
    return converted(source, option, **options).files[0].data


def refused(source: bytes, option: str, **options: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        converted(source, option, **options)
    return caught.value


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", SOURCES)
def test_every_kind_becomes_every_other_at_its_size(kind: str, target: str) -> None:
    made = converted(SOURCES[kind](), target, dpi=72 if kind == "pdf" else None)
    file = made.files[0]
    again = opened(file.data, dpi=96 if target == "pdf" else None)
    assert (again.kind.name, file.width, file.height) == (target, 60, 40)
    assert again.image.size == ((80, 54) if (kind, target) == ("pdf", "pdf") else (60, 40))
    assert made.facts["format_in"] == KINDS[kind].title
    assert made.facts["format_out"] == KINDS[target].title
    assert set(made.sides) == {"before", "thumb"} | (set() if KINDS[target].shown else {"preview"})


@pytest.mark.needs("corpora")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", REAL)
def test_real_files_become_every_kind(kind: str, target: str) -> None:
    path = CORPORA / REAL[kind]
    if path.is_dir():
        path = next(path.rglob("*.dng"))
    source = path.read_bytes()
    file = converted(source, target).files[0]
    assert (file.width, file.height) == opened(source).image.size


@pytest.mark.parametrize("target", ["png", "tiff", "bmp"])
@pytest.mark.parametrize("kind", ["jpg", "bmp", "tiff", "heic", "avif", "jp2"])
def test_lossless_targets_keep_every_pixel(kind: str, target: str) -> None:
    source = SOURCES[kind]()
    assert same(opened(result(source, target)).image, opened(source).image)


def test_many_pages_become_one_pdf_or_tiff() -> None:
    again = opened(result(pages("pdf"), "pdf"), page=None)
    assert [frame.image.getpixel((9, 9)) for frame in again.frames] == [(grey,) * 3 for grey in (60, 120, 180)]
    with Image.open(BytesIO(result(pages("pdf"), "tiff"))) as tiff:
        assert [page.convert("L").getpixel((9, 9)) for page in ImageSequence.Iterator(tiff)] == [60, 120, 180]


def test_of_many_pages_a_picture_shows_the_first_or_the_one_asked_for() -> None:
    for page, grey in ((None, 60), (2, 120), (3, 180)):
        assert opened(result(pages("pdf"), "png", page=page)).image.getpixel((9, 9)) == (grey,) * 3


def test_all_pages_of_a_tiff_become_those_of_a_pdf() -> None:
    again = opened(result(pages("tiff"), "pdf"), page=None)
    assert [frame.image.getpixel((9, 9)) for frame in again.frames] == [(grey,) * 3 for grey in (60, 120, 180)]


def test_all_pages_as_pictures_come_in_a_zip() -> None:
    file = converted(pages("pdf"), "png", page=0).files[0]
    assert (file.type, file.extension) == ("application/zip", "zip")
    with ZipFile(BytesIO(file.data)) as archive:
        assert archive.namelist() == ["page-01.png", "page-02.png", "page-03.png"]
        assert opened(archive.read("page-03.png")).image.getpixel((9, 9)) == (180, 180, 180)


def test_a_page_that_is_not_there_is_refused() -> None:
    assert refused(pages("pdf"), "png", page=9).code == "invalid"


def test_a_resolution_decides_the_size_of_what_is_drawn() -> None:
    assert [converted(pages("pdf"), "png", dpi=dpi).files[0].width for dpi in (72, 144)] == [60, 120]
    assert converted(SVG, "png", dpi=192).files[0].width == 120


def test_an_animation_stays_one_unless_its_first_frame_is_asked_for() -> None:
    source = save(moving(50, 60, 70), KINDS["gif"]).data
    assert len(opened(result(source, "webp"), moving=True).frames) == 3
    assert len(opened(result(source, "webp", animation="first"), moving=True).frames) == 1
    assert len(opened(result(source, "avif", page=2), moving=True).frames) == 1


def test_a_jpeg_goes_into_a_pdf_without_being_encoded_again() -> None:
    source = file_of(photo(), "JPEG", exif=_exif(), comment=b"planted")
    with pikepdf.open(BytesIO(result(source, "pdf"))) as pdf:
        stored = pdf.pages[0].Resources.XObject.Picture.read_raw_bytes()
    scan = source[source.index(b"\xff\xda") :]
    assert stored.endswith(scan)
    assert b"planted" not in stored


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_jpeg_stands_upright_in_a_pdf(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    source = file_of(photo(96, 64), "JPEG", quality=95, exif=exif)
    page = opened(result(source, "pdf"), dpi=72).image
    assert psnr(page, opened(source).image) > 30


def test_a_drawing_stays_one_without_what_it_could_do() -> None:
    hostile = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="http://odd" width="60" height="40" onload="run()">'
        b'<!-- planted --><metadata>planted</metadata><title>planted</title><script>run()</script><o:x o:y="planted"/>'
        b'<a href="javascript:run()"><rect width="30" height="40" fill="red" onclick="run()" o:y="planted"/></a>'
        b'<image href="http://127.0.0.1/planted.png" width="9" height="9"/></svg>'
    )
    data = result(hostile, "svg")
    assert [word for word in (b"run", b"planted", b"script", b"odd", b"127.0.0.1") if word in data] == []
    assert same(opened(data).image, opened(SVG).image)


def test_pictures_within_a_drawing_tell_nothing_either() -> None:
    for kind in ("jpg", "png", "webp"):
        address = f"data:{KINDS[kind].type};base64,".encode() + b64encode(_planted()[kind])
        drawing = SVG.replace(b"<rect", b'<image width="60" height="40" href="%s"/><rect' % address)
        data = result(drawing, "svg")
        assert MARK.encode() not in b64decode(data.split(b"base64,")[1].split(b'"')[0])
        assert same(opened(data).image, opened(drawing).image)


def test_a_kept_title_stays_in_a_drawing() -> None:
    titled = SVG.replace(b"<rect", b"<title>A flag</title><rect")
    assert b"A flag" in result(titled, "svg", metadata="keep")
    assert b"A flag" not in result(titled, "svg")


MARK = "planted-by-the-test"


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ARTIST] = MARK
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 29: MARK})
    return exif


def _planted() -> dict[str, bytes]:
    exif, xmp = _exif().tobytes(), f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{MARK}</x:xmpmeta>".encode()
    text = PngInfo()
    text.add_text("Comment", MARK)
    text.add_itxt("Description", MARK, zip=False)
    comment = MARK.encode()
    return {
        "png": file_of(photo(), "PNG", exif=exif, pnginfo=text) + comment,
        "jpg": file_of(photo(), "JPEG", exif=exif, xmp=xmp, comment=comment) + comment,
        "webp": file_of(photo(), "WEBP", exif=exif, xmp=xmp),
        "gif": file_of(cut_out(), "GIF", comment=comment),
        "tiff": file_of(photo(), "TIFF", tiffinfo={270: MARK, 305: MARK, 700: xmp}),
        "heic": file_of(photo(), "HEIF", exif=exif, xmp=xmp),
        "avif": file_of(photo(), "AVIF", exif=exif, xmp=xmp),
        "bmp": file_of(photo(), "BMP") + comment,
        "svg": SVG.replace(b"<rect", b"<desc>" + comment + b"</desc><rect"),
    }


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_that_was_planted_survives(target: str) -> None:
    for kind, source in _planted().items():
        assert MARK.encode() in source, kind
        made = converted(source, target)
        files = [*made.files, *made.sides.values()]
        assert [kind for file in files if MARK.encode() in _unpacked(file.data)] == []


def _unpacked(data: bytes) -> bytes:
    """With the streams of a PDF inflated."""
    if not data.startswith(b"%PDF"):
        return data
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return data + out.getvalue()


@pytest.mark.parametrize("target", ["png", "jpg", "webp", "tiff", "heic", "avif"])
@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "heic", "avif"])
def test_what_is_kept_is_kept(kind: str, target: str) -> None:
    made = converted(_planted()[kind], target, metadata="keep")
    kept = opened(made.files[0].data)
    exif = Image.Exif()
    exif.load(kept.exif or b"")
    assert (exif[ARTIST], exif.get_ifd(GPS)[29]) == (MARK, MARK)
    assert made.facts["location_removed"] is False


def test_what_is_kept_does_not_turn_the_picture_twice() -> None:
    exif = _exif()
    exif[ORIENTATION] = 6
    source = file_of(photo(96, 64), "JPEG", exif=exif)
    for target in ("jpg", "png", "tiff", "webp", "heic", "avif"):
        assert opened(result(source, target, metadata="keep")).image.size == (64, 96), target


def test_a_location_that_was_removed_is_told() -> None:
    assert converted(_planted()["jpg"], "png").facts["location_removed"] is True
    assert converted(file_of(photo(), "JPEG"), "png").facts["location_removed"] is False


@pytest.mark.parametrize("target", ["jpg", "webp", "avif", "heic"])
def test_a_size_in_kilobytes_is_kept_to(target: str) -> None:
    source = file_of(photo(400, 300), "PNG")
    free, tight = (len(result(source, target, target_kb=size)) for size in (100, 5))
    assert (tight <= 5_000, free <= 100_000, tight < free) == (True, True, True)


def test_quality_is_never_better_than_asked_for_to_fill_a_size() -> None:
    source = file_of(photo(400, 300), "PNG")
    assert result(source, "jpg", target_kb=900, quality=40) == result(source, "jpg", quality=40)


def test_a_size_that_cannot_be_reached_is_refused_with_the_smallest() -> None:
    random.seed(1)
    noise = file_of(Image.effect_noise((300, 300), 90).convert("RGB"), "PNG")
    for target in ("jpg", "png"):
        refusal = refused(noise, target, target_kb=1)
        assert (refusal.code, refusal.facts["field"]) == ("invalid", "target_kb")
        assert int(refusal.facts["smallest_kb"] or 0) > 1
        assert f"{refusal.facts['smallest_kb']} KB" in refusal.message


def test_the_background_shows_where_nothing_was() -> None:
    assert opened(result(file_of(cut_out(), "PNG"), "bmp", background="#123456")).image.getpixel((1, 1)) == (18, 52, 86)


def test_facts_tell_what_came_in() -> None:
    source = pages("tiff")
    facts = converted(source, "png").facts
    told = {name: facts[name] for name in ("format_in", "format_out", "width_in", "height_in", "bytes_in", "pages_in")}
    assert told == {
        "format_in": "TIFF",
        "format_out": "PNG",
        "width_in": 60,
        "height_in": 40,
        "bytes_in": len(source),
        "pages_in": 3,
    }


def test_what_was_drawn_is_shown_as_it_became() -> None:
    made = converted(file_of(photo(), "PNG"), "svg")
    assert made.sides["preview"] != made.sides["before"]


def test_no_picture_is_refused() -> None:
    assert refused(b"nothing like a picture", "png").code == "not_a_picture"


@pytest.mark.slow
def test_a_still_picture_of_one_pixel_becomes_everything(tmp_path: Path) -> None:
    for target in TARGETS:
        (tmp_path / target).write_bytes(result(file_of(Image.new("RGB", (1, 1), "red"), "PNG"), target))
        assert opened((tmp_path / target).read_bytes()).image.width >= 1
