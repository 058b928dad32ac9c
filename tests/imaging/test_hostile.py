"""Whatever file comes, its child ends in time: it opens at its size, or is refused for a reason."""

import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from struct import pack
from zlib import compress, crc32

import pytest
from PIL import Image

from app.imaging.bounds import Bounds, Budget, Budgets
from app.imaging.made import Facts
from app.imaging.sandbox import Sandbox
from app.imaging.sniff import sniff
from app.refusals import Refusal
from tests.imaging.opening import look
from tests.skips import CORPORA
from tests.thorough import THOROUGH

TESTS = Path(__file__).parents[1]
SECONDS = 20
HOSTILE = (
    "crash-*",
    "oom-*",
    "timeout-*",
    "decompression_bomb*",
    "*dos*",
    "*17000x17000*",
    "clusterfuzz-*",
    "github_*",
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox(shows=[TESTS])) as opened:
        yield opened


def outcome(sandbox: Sandbox, path: Path) -> Facts | Refusal:
    source = path.read_bytes()
    kind = sniff(source)
    budgets = Budgets()
    budget: Budget = budgets.document if kind and kind.document else budgets.picture
    try:
        return sandbox.call(look, source, budget=budget, on_wait=lambda: None, bounds=Bounds()).facts
    except Refusal as refusal:
        return refusal


def files(folder: str, *patterns: str) -> list[Path]:
    return sorted(path for each in patterns for path in (CORPORA / folder).rglob(each) if path.is_file())


@pytest.mark.needs("corpora")
@pytest.mark.parametrize("folder", ["pillow", "libheif", "libvips"])
def test_a_hostile_file_ends_in_time(sandbox: Sandbox, folder: str) -> None:
    found = files(folder, *HOSTILE)
    assert found
    for path in found:
        began = time.monotonic()
        answer = outcome(sandbox, path)
        assert time.monotonic() - began < SECONDS, path.name
        assert not isinstance(answer, Refusal) or 400 <= answer.status < 500, path.name


def png(width: int, height: int) -> bytes:
    """A header that promises much, and little behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", crc32(name + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", compress(bytes(1000))) + chunk(b"IEND", b"")


def webp(side: int) -> bytes:
    canvas = (side - 1).to_bytes(3, "little") * 2
    return b"RIFF" + pack("<I", 22) + b"WEBPVP8X" + pack("<I", 10) + bytes(4) + canvas


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{inside}</svg>'.encode()


def multiplied(levels: int) -> str:
    groups = (f'<g id="a{n}">{f"""<use href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, levels))
    return '<g id="a0"><rect width="9" height="9"/></g>' + "".join(groups)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (png(100_000, 100_000), "too_many_pixels"),
        (png(12_000, 12_000), "too_many_pixels"),
        (webp(16_383), "too_many_pixels"),
        (svg(f'<image href="data:image/png;base64,{b64encode(png(60_000, 9)).decode()}"/>'), "too_many_pixels"),
        (svg("<g>" * 100_000 + "</g>" * 100_000), "unreadable"),
        (svg(multiplied(12)), "unreadable"),
    ],
    ids=["bomb", "square", "canvases", "embedded", "deep", "multiplied"],
)
def test_a_forged_file_is_refused_at_once(sandbox: Sandbox, source: bytes, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refusal) as caught:
        sandbox.call(look, source, budget=Budgets().picture, on_wait=lambda: None, bounds=Bounds())
    assert caught.value.code == code
    assert time.monotonic() - began < SECONDS / 2


SHARES = {  # of the files sniffed as pictures, how many open; the rest is broken, locked, or rare
    "pillow": 0.90,  # 25 of 275 are there because they are broken
    "libavif": 0.90,
    "libvips": 0.80,  # truncated ones and bombs
    "raw": 1.0,
    "resvg": 0.99,
    "pdfjs": 0.95,
    "opf": 0.80,  # a tenth are PDFs broken by hand
    "office": 0.9,
    "libheif": 0.05,  # nearly all are uncompressed, which no decoder here knows
}
AT_LENGTH = {"resvg": 8, "office": 6}  # every so many files: documents take seconds each
IN_SHORT = {"resvg": 24, "office": 24, "opf": 5, "pdfjs": 2, "pillow": 2}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.needs("corpora")
@pytest.mark.parametrize("folder", SHARES)
def test_every_real_file_opens_or_is_refused(sandbox: Sandbox, folder: str) -> None:
    step = (AT_LENGTH if THOROUGH else IN_SHORT).get(folder, 1)
    answers = [outcome(sandbox, path) for path in files(folder, "*")[::step]]
    pictures = [answer for answer in answers if not isinstance(answer, Refusal) or answer.code != "not_a_picture"]
    opened = [answer for answer in pictures if not isinstance(answer, Refusal)]
    assert all(answer.code not in ("timeout", "internal") for answer in answers if isinstance(answer, Refusal))
    assert len(opened) >= SHARES[folder] * len(pictures)


def large(format_: str, **options: object) -> bytes:
    image = Image.radial_gradient("L").resize((8660, 5770)).convert("RGB")
    out = BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("JPEG", {"progressive": True, "subsampling": 0}),
        ("PNG", {"compress_level": 1}),
        ("WEBP", {"method": 0}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("AVIF", {"speed": 10}),
    ],
)
def test_fifty_megapixels_that_lie_on_their_side_open_in_one_child(
    sandbox: Sandbox, format_: str, options: dict[str, object]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    source = large(format_, exif=exif, **options)
    made = sandbox.call(look, source, budget=Budgets().picture, on_wait=lambda: None, bounds=Bounds())
    assert (made.facts["width"], made.facts["height"]) == (5770, 8660)
