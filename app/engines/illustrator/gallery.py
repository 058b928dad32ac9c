"""The contact sheet: five prompts in every style and a picture of every setting, as one page to look at.

python -m app.engines.illustrator.gallery OUT
python -m app.engines.illustrator.gallery --readme    # paints the pictures of static/pictures anew
"""

import sys
from collections.abc import Iterable
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image

from app.engines.illustrator import Illustrator
from app.engines.illustrator.art import DEFAULT
from app.engines.illustrator.styles import STYLES
from app.engines.protocol import PaintRequest, quiet

FONTS = Path("node_modules/@fontsource-variable")
SIZE = 768
PROMPTS = (
    "mountains above a lake at sunset",
    "a fox beside a river",
    "a corgi wearing a red bowtie and a top hat",
    "a cup of coffee and a croissant on a wooden table",
    "a city at night",
)
SETTINGS = (
    "snow-capped mountains at dawn", "a quiet river in autumn", "a sailboat on the sea at sunset",
    "an octopus in a coral reef", "a bear in a misty forest", "three camels in the desert", "a penguin in the snow",
    "the milky way over the hills", "an astronaut in outer space", "a hot air balloon above the clouds",
    "the skyline of a big city by day", "a taxi on a rainy street", "a village at dusk", "an elephant in the park",
    "a cat on a chair in a living room", "three red apples on a table", "a camera, product shot", "energy",
    'a poster that says "Look longer"',
)  # fmt: skip
README = (  # name, prompt, style, seed
    ("mountains", "snow-capped mountains above a lake at sunrise", None, 4),
    ("city", "a big city at night, neon", None, 3),
    ("fox", "a fox beside a river in autumn", None, 3),
    ("still-life", "a watercolor of a red teapot and two lemons on a wooden table, close-up", None, 6),
    ("poster", 'a poster with an owl that says "Look longer"', None, 3),
    ("reef", "a turtle and an octopus in a coral reef", None, 6),
)
WIDE, HIGH, HEAVIEST = 640, 426, 60_000  # pixels and bytes of a picture in static/pictures
LIGHTEST = 12_000  # bytes of the same at half that width, in static/pictures/small
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The illustrator's contact sheet</title>
<style>body{{font:15px/1.5 system-ui;margin:2rem;background:#fbf9f4;color:#1d1b17}}h2{{font-weight:500}}
.row{{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem}}
figure{{margin:0}}img{{width:100%;border-radius:10px;display:block}}figcaption{{color:#6b655a;padding:.3rem 0}}</style>
{body}</html>
"""


def hang(out: Path, size: int = SIZE, seed: int = 5) -> Path:
    """Paint every picture `size` pixels square into the folder `out`; the path of the page that shows them."""
    out.mkdir(parents=True, exist_ok=True)
    illustrator = Illustrator(DEFAULT, FONTS)
    rows: list[tuple[str, list[tuple[str, str, str | None]]]] = [
        (prompt, [(style, prompt, style) for style in STYLES]) for prompt in PROMPTS
    ]
    rows.append(("Settings", [(prompt, prompt, None) for prompt in SETTINGS]))
    sections = []
    for number, (title, pictures) in enumerate(rows):
        figures = []
        for i, (caption, prompt, style) in enumerate(pictures):
            [painting] = illustrator.paint(PaintRequest(prompt, size, size, seed + number, style=style), quiet)
            name = f"{number}-{i:02}.jpg"
            painting.image.save(out / name, quality=90)
            figures.append((name, caption))
        sections.append(_row(title, figures))
    page = out / "index.html"
    page.write_text(PAGE.format(body="".join(sections)), encoding="utf-8")
    return page


def illustrate(folder: Path) -> None:
    """Paint the pictures that README and the landing page show into `folder`, as WebP files in two sizes."""
    (folder / "small").mkdir(parents=True, exist_ok=True)
    illustrator = Illustrator(DEFAULT, FONTS)
    for name, prompt, style, seed in README:
        [painting] = illustrator.paint(PaintRequest(prompt, 2 * WIDE, 2 * HIGH, seed, style=style), quiet)
        (folder / f"{name}.webp").write_bytes(_light(painting.image, 1, HEAVIEST))
        (folder / "small" / f"{name}.webp").write_bytes(_light(painting.image, 2, LIGHTEST))


def _light(image: Image.Image, smaller: int, heaviest: int) -> bytes:
    """The picture as WebP, so many times smaller than usual, in the best quality that is light enough."""
    small = image.resize((WIDE // smaller, HIGH // smaller), Image.Resampling.LANCZOS)
    for quality in range(90, 20, -6):
        out = BytesIO()
        small.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= heaviest:
            return out.getvalue()
    raise ValueError(f"The picture is heavier than {heaviest} bytes at any quality.")


def _row(title: str, figures: Iterable[tuple[str, str]]) -> str:
    cells = "".join(
        f'<figure><img src="{name}" alt="{escape(caption)}" loading="lazy">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
        for name, caption in figures
    )
    return f'<h2>{escape(title)}</h2><div class="row">{cells}</div>'


if __name__ == "__main__":
    if sys.argv[1:] == ["--readme"]:
        illustrate(Path("static/pictures"))
    else:
        sys.stdout.write(f"{hang(Path(sys.argv[1] if len(sys.argv) > 1 else 'build/gallery'))}\n")
