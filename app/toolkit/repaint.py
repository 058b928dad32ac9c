"""What the tools share that hand a given picture to the engine."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.engines.protocol import Painting
from app.imaging.made import Made
from app.toolkit.bench import Bench
from app.toolkit.fitting import fitting
from app.toolkit.tool import Outcome

if TYPE_CHECKING:  # tools are described in the web process, which opens no picture
    from PIL.Image import Image

LONGEST = 2048  # pixels an engine paints along the longer side


def opened(bench: Bench) -> "tuple[Image, Made]":
    """The job's picture, at most LONGEST pixels on its longer side, and what stands beside it."""
    from app.imaging import pixels

    made = bench.sandboxed(pixels.open_for_engine, bench.files["image"], longest=LONGEST, budget=fitting(bench))
    return pixels.take_up(made.files[0]), made


def outcome(bench: Bench, paintings: Sequence[Painting], made: Made) -> Outcome:
    first = paintings[0]
    facts = {**made.facts, "style": first.style, "seed": first.seed, "engine": bench.painter}
    return Outcome(paintings, facts, {"before": made.sides["before"]})
