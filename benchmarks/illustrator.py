"""How fast the illustrator paints, and in how much memory, beside its goals.

    taskset -c 0 .venv/bin/python -m benchmarks.illustrator

Prompts come from $CORPORA_DIR/parti/PartiPrompts.tsv (default ../shared/corpora); without them, from a short list.
"""

import csv
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from app.engines.illustrator import Illustrator  # noqa: E402
from app.engines.illustrator.styles import STYLES  # noqa: E402
from app.engines.protocol import PaintRequest, Source, quiet  # noqa: E402

ART, FONTS = ROOT / "build/art.sqlite", ROOT / "node_modules/@fontsource-variable"
FEW = ("a fox in a forest", "mountains at sunset", "a city at night", "three apples on a table", "a robot")
ONE = "import sys; sys.path.insert(0, {root!r}); from benchmarks.illustrator import alone; alone({size})"


def main() -> None:
    """Print figure and goal side by side, one line each."""
    prompts = _prompts(50)
    first = _child(1024)
    standard = _timed(prompts, 1024)
    ultra = _timed(prompts[:8], 2048)
    styles, silence = _ultra_styles()
    lines = [
        ("1024 × 1024, median of 50 prompts", f"{statistics.median(standard):.2f} s", "≤ 1 s"),
        ("1024 × 1024, slowest of 50", f"{max(standard):.2f} s", ""),
        ("2048 × 2048, median of 8 prompts", f"{statistics.median(ultra):.2f} s", "≤ 4 s"),
        (f"2048 × 2048, slowest style ({styles[1]})", f"{styles[0]:.2f} s", "≤ 4 s"),
        ("2048 × 2048, longest wait for a cancel", f"{silence:.2f} s", "≤ 1 s"),
        ("1024 × 1024 photograph, median of 14 styles", f"{_restyled():.2f} s", ""),
        ("1024 × 1024 photograph, a quarter filled", f"{_filled():.2f} s", ""),
        ("first picture after start", f"{first[0]:.2f} s", "≤ 2 s"),
        ("peak memory at 1024 × 1024", f"{first[1]:.0f} MB", ""),
        ("peak memory at 2048 × 2048", f"{_child(2048)[1]:.0f} MB", "≤ 400 MB"),
    ]
    for what, figure, goal in lines:
        sys.stdout.write(f"{what:46} {figure:>10}  {goal}\n")


def alone(size: int) -> None:
    """In a fresh process: paint one picture; print the seconds since its start and the most memory it took (MB)."""
    start = time.perf_counter()
    illustrator = Illustrator(ART, FONTS)
    illustrator.paint(PaintRequest("a fox beside a river", size, size, 1), quiet)
    sys.stdout.write(f"{time.perf_counter() - start} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}\n")


def _child(size: int) -> tuple[float, float]:
    code = ONE.format(root=str(ROOT), size=size)
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    seconds, megabytes = answer.stdout.split()
    return float(seconds), float(megabytes)


def _timed(prompts: list[str], size: int) -> list[float]:
    illustrator = Illustrator(ART, FONTS)
    seconds = []
    for seed, prompt in enumerate(prompts):
        start = time.perf_counter()
        illustrator.paint(PaintRequest(prompt, size, size, seed), quiet)
        seconds.append(time.perf_counter() - start)
    return seconds


def _ultra_styles() -> tuple[tuple[float, str], float]:
    """The slowest style in ultra with its seconds, and the longest time between two calls of progress."""
    illustrator, silence = Illustrator(ART, FONTS), 0.0
    seconds = []
    for style in STYLES:
        calls = [time.perf_counter()]
        request = PaintRequest("a fox beside a river", 2048, 2048, 3, style=style)
        illustrator.paint(request, lambda *_, calls=calls: calls.append(time.perf_counter()))
        seconds.append((calls[-1] - calls[0], style))
        silence = max(silence, *(after - before for before, after in pairwise(calls)))
    return max(seconds), silence


def _restyled() -> float:
    illustrator, photo = Illustrator(ART, FONTS), _photo()
    seconds = []
    for style in STYLES:
        start = time.perf_counter()
        illustrator.paint(PaintRequest.of(Source(photo), style=style), quiet)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _filled() -> float:
    photo = _photo()
    mask = Image.new("L", photo.size, 0)
    mask.paste(255, (256, 256, 768, 768))
    start = time.perf_counter()
    Illustrator(ART, FONTS).paint(PaintRequest.of(Source(photo, mask=mask), "remove it"), quiet)
    return time.perf_counter() - start


def _photo() -> Image.Image:
    """What stands in for a photograph: a painted scene with a lens's blur and a film's grain."""
    request = PaintRequest("a bear in a misty forest", 1024, 1024, 2, style="photographic")
    return Illustrator(ART, FONTS).paint(request, quiet)[0].image


def _prompts(number: int) -> list[str]:
    table = Path(os.environ.get("CORPORA_DIR", ROOT.parent / "shared/corpora")) / "parti/PartiPrompts.tsv"
    if not table.is_file():
        sys.stdout.write(f"{table} is absent: a short list of prompts stands in\n")
        return [FEW[i % len(FEW)] for i in range(number)]
    with table.open(encoding="utf-8") as lines:
        prompts = [row["Prompt"] for row in csv.DictReader(lines, delimiter="\t")]
    return random.Random(7).sample(prompts, number)


if __name__ == "__main__":
    main()
