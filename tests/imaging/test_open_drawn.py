"""What has no pixels of its own: SVG, PDF and documents, drawn at a resolution."""

import gzip
import socket
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops

from app.imaging.bounds import Bounds
from app.imaging.open import open_picture
from app.imaging.opened import Opened
from app.refusals import Refusal
from tests.skips import CORPORA

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RECT = '<rect width="100%" height="100%" fill="red"/>'
RED, NOTHING = (255, 0, 0, 255), (0, 0, 0, 0)


def opened(source: bytes, **options: Any) -> Opened:
    return open_picture(source, bounds=options.pop("bounds", Bounds()), **options)


def refused(source: bytes, **options: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        opened(source, **options)
    return caught.value


def svg(inside: str = RECT, about: str = 'width="40" height="20"') -> bytes:
    return f"<svg {NAMES} {about}>{inside}</svg>".encode()


def middle(picture: Opened) -> object:
    return picture.image.getpixel((picture.image.width // 2, picture.image.height // 2))


@pytest.mark.parametrize(
    ("about", "size"),
    [
        ('width="40" height="20"', (40, 20)),
        ('width="1in" height="25.4mm"', (96, 96)),
        ('width="72pt" height="6pc"', (96, 96)),
        ('viewBox="0 0 300 150"', (300, 150)),
        ('width="100%" height="100%" viewBox="5,5,300,150"', (300, 150)),
        ('width="150" viewBox="0 0 300 100"', (150, 50)),
        ('width="10.2" height="10.2"', (11, 11)),
    ],
)
def test_a_drawing_has_its_own_size(about: str, size: tuple[int, int]) -> None:
    picture = opened(svg(about=about))
    assert (picture.image.size, picture.image.mode, picture.kind.name) == (size, "RGBA", "svg")


def test_a_drawing_is_drawn_larger_at_more_dots_an_inch() -> None:
    picture = opened(svg(), dpi=288)
    assert (picture.image.size, middle(picture)) == ((120, 60), RED)


def test_a_drawing_without_a_ground_is_transparent() -> None:
    assert middle(opened(svg(inside=""))) == NOTHING


def test_a_drawing_copied_out_of_a_page_is_understood() -> None:
    assert middle(opened(f'<svg width="9" height="9">{RECT}</svg>'.encode())) == RED


def test_a_packed_drawing_is_unpacked() -> None:
    assert middle(opened(gzip.compress(svg()))) == RED


def test_a_packed_drawing_that_grows_without_end_is_refused() -> None:
    bomb = gzip.compress(svg(inside=" " * 30_000_000))
    assert refused(bomb).code == "too_large"


def test_half_a_packed_drawing_is_unreadable() -> None:
    assert refused(gzip.compress(svg())[:-9]).code == "unreadable"


@pytest.mark.parametrize("about", ['width="100000" height="100000"', 'width="1" height="1" viewBox="0 0 1 1"'])
def test_a_huge_drawing_is_refused_before_it_is_drawn(about: str) -> None:
    assert refused(svg(about=about), dpi=96_000 * 13 if "viewBox" in about else None).code == "too_many_pixels"


def test_entities_of_the_drawing_are_put_in() -> None:
    source = b'<!DOCTYPE svg [<!ENTITY c "red">]>' + svg(inside='<rect width="40" height="20" fill="&c;"/>')
    assert middle(opened(source)) == RED


def test_entities_that_multiply_are_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    source = f'<!DOCTYPE svg [<!ENTITY e0 "{"x" * 100}">{levels}]>'.encode() + svg(inside="<text>&e9;</text>")
    assert refused(source).code == "unreadable"


def picture_file(folder: Path) -> Path:
    path = folder / "red.png"
    Image.new("RGB", (8, 8), "red").save(path)
    return path


@pytest.mark.parametrize("address", ["{path}", "file://{path}", "{name}", "http://127.0.0.1:{port}/red.png"])
@pytest.mark.parametrize(
    "inside",
    [
        '<image href="{}" width="40" height="20"/>',
        '<image xlink:href="{}" width="40" height="20"/>',
        '<filter id="f"><feImage href="{}"/></filter><rect width="40" height="20" fill="none" filter="url(#f)"/>',
        '<use href="{}#a"/>',
        '<style>@import url({}); svg {{ background: url("{}") }}</style>',
    ],
)
def test_nothing_outside_is_looked_at(inside: str, address: str, tmp_path: Path, monkeypatch: Any) -> None:
    path = picture_file(tmp_path)
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        there = address.format(path=path, name=path.name, port=server.getsockname()[1])
        picture = opened(svg(inside=inside.format(there, there)))
        with pytest.raises(TimeoutError):
            server.accept()
    assert middle(picture) == NOTHING


def test_entities_outside_are_not_looked_at(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("red")
    source = f'<!DOCTYPE svg [<!ENTITY c SYSTEM "file://{secret}">]>'.encode() + svg(inside="<text>&c;</text>")
    assert refused(source).code == "unreadable"


def embedded(image: Image.Image) -> str:
    out = BytesIO()
    image.save(out, "PNG")
    return f"data:image/png;base64,{b64encode(out.getvalue()).decode()}"


def test_an_embedded_picture_is_drawn() -> None:
    address = embedded(Image.new("RGB", (8, 4), "red"))
    assert middle(opened(svg(inside=f'<image href="{address}" width="40" height="20"/>'))) == RED


def test_embedded_pictures_count_against_the_limit() -> None:
    address = embedded(Image.new("1", (600, 600)))
    source = svg(inside=f'<image href="{address}" width="40" height="20"/>' * 3)
    assert refused(source, bounds=Bounds(pixels=1_000_000)).code == "too_many_pixels"


@pytest.mark.parametrize("source", [svg()[:-3], b"<svg><rect></svg>", svg(about='width="0" height="0"')])
def test_a_broken_drawing_is_unreadable(source: bytes) -> None:
    assert refused(source).code == "unreadable"


@pytest.mark.needs("corpora")
def test_drawings_agree_with_their_references() -> None:
    """Of those without text, whose fonts differ from machine to machine, and with nothing outside."""
    files = [path for path in sorted((CORPORA / "resvg").rglob("*.svg")) if path.with_suffix(".png").exists()]
    files = [path for path in files if not {"text", "image"} & set(path.parts)][::8]
    assert len(files) > 50
    agreeing = sum(agrees(path) for path in files)
    assert agreeing / len(files) >= 0.95


def agrees(path: Path) -> bool:
    """References are half as large again."""
    reference = Image.open(path.with_suffix(".png")).convert("RGBA")
    source = path.read_bytes()
    try:
        picture = opened(source, dpi=round(96 * reference.width / opened(source).image.width)).image
    except Refusal:
        return False
    if picture.size != reference.size:
        return False
    difference = ImageChops.difference(picture.convert("RGBa"), reference.convert("RGBa")).convert("RGBA")
    far = max((band.point(lambda v: 255 * (v > 24)) for band in difference.split()), key=lambda b: b.histogram()[255])
    return far.histogram()[255] < 0.005 * picture.width * picture.height


def pdf(*sizes: tuple[int, int], **options: Any) -> bytes:
    """Pages of these sizes in points, red all over."""
    document, out = pikepdf.new(), BytesIO()
    for size in sizes:
        page = document.add_blank_page(page_size=size)
        page.Contents = pikepdf.Stream(document, f"1 0 0 rg 0 0 {size[0]} {size[1]} re f".encode())
    document.save(out, **options)
    return out.getvalue()


def test_a_page_is_drawn_at_200_dots_an_inch() -> None:
    picture = opened(pdf((72, 144), (36, 36)))
    assert (picture.image.size, picture.count, picture.dpi) == ((200, 400), 2, (200, 200))
    assert middle(picture) == RED[:3]


def test_a_page_may_be_chosen_and_its_resolution() -> None:
    assert opened(pdf((72, 144), (36, 36)), page=2, dpi=100).image.size == (50, 50)


def test_all_pages_may_be_asked_for() -> None:
    assert [frame.image.size for frame in opened(pdf((72, 144), (36, 36)), page=None).frames] == [
        (200, 400),
        (100, 100),
    ]


def test_a_page_that_is_not_there_is_refused() -> None:
    refusal = refused(pdf((72, 72)), page=2)
    assert (refusal.code, refusal.facts["field"], refusal.facts["pages"]) == ("invalid", "page", 1)


def test_a_page_too_large_is_refused_with_the_resolution_that_fits() -> None:
    source = pdf((3000, 3000))
    refusal = refused(source)
    assert refusal.code == "too_many_pixels"
    assert opened(source, dpi=int(refusal.facts["fitting_dpi"] or 0)).image.width > 6_900


def test_many_pages_are_drawn_at_what_fits() -> None:
    picture = opened(pdf((72, 72), (72, 72)), page=None, bounds=Bounds(pixels=40_000))
    assert picture.dpi is not None
    assert 130 < picture.dpi[0] < 142
    assert refused(pdf((72, 72), (72, 72)), page=None, dpi=200, bounds=Bounds(pixels=40_000)).code == "too_many_pixels"


def test_too_many_pages_are_refused() -> None:
    assert refused(pdf((9, 9), (9, 9), (9, 9)), page=None, bounds=Bounds(frames=2)).facts["frames"] == 3


def test_a_locked_page_asks_for_its_password() -> None:
    source = pdf((72, 72), encryption=pikepdf.Encryption(user="open sesame", owner="x"))
    assert refused(source).code == "password_needed"


def test_a_page_that_is_only_guarded_opens() -> None:
    assert middle(opened(pdf((72, 72), encryption=pikepdf.Encryption(user="", owner="x")))) == RED[:3]


@pytest.mark.parametrize("source", [b"%PDF-1.7\n%%EOF", pdf((72, 72))[:200]])
def test_a_broken_pdf_is_unreadable(source: bytes) -> None:
    assert refused(source).code == "unreadable"


@pytest.mark.parametrize("source", [svg(), b"P5 1 1 255 x"])
def test_what_has_one_page_has_no_second(source: bytes) -> None:
    assert refused(source, page=2).facts == {"field": "page", "pages": 1}
