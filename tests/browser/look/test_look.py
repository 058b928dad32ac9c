"""What every page promises before a browser opens it: nothing inline, light enough, and readable in both themes."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAILS = ROOT / "templates/mail"  # a mail brings its few rules along: there is nothing to fetch them from
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if MAILS not in path.parents)
OURS = sorted((ROOT / "static/js").rglob("*.js"))
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
HTMX = ROOT / "node_modules/htmx.org/dist/htmx.min.js"

INLINE = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=|hx-on|hx-vals="js:|="javascript:""")
TOKEN = re.compile(r"--(\w[\w-]*): light-dark\(#([0-9a-f]+), #([0-9a-f]+)\)")
READ_TOGETHER = [
    ("ink", "paper"),
    ("ink", "raised"),
    ("quiet", "paper"),
    ("quiet", "raised"),
    ("on-seal", "seal"),
]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_holds_no_inline_script_or_style(template: Path) -> None:
    assert not INLINE.findall(template.read_text(encoding="utf-8"))


def test_all_javascript_together_is_light() -> None:
    weight = sum(len(gzip.compress(path.read_bytes())) for path in (HTMX, *OURS))
    assert weight <= 30_000  # bytes


@pytest.mark.parametrize("file", [*OURS, *SHEETS], ids=lambda path: path.name)
def test_every_style_sheet_and_behaviour_is_used(file: Path) -> None:
    """By a page, or by a behaviour that imports it."""
    pages = "".join(source.read_text(encoding="utf-8") for source in (*TEMPLATES, *OURS))
    assert f'"{file.stem}"' in pages or f"/{file.name}" in pages


@pytest.mark.parametrize(("front", "back"), READ_TOGETHER)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(front: str, back: str, theme: int) -> None:
    colours = {name: pair[theme] for name, *pair in TOKEN.findall((ROOT / "static/css/tokens.css").read_text())}
    assert contrast(colours[front], colours[back]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Of two hex colours, 1 to 21, as WCAG 2 counts it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    whole = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    red, green, blue = (linear(int(whole[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
