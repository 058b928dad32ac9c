"""What the tools share that hand a given picture to the engine."""

from typing import TYPE_CHECKING

from app.engines.protocol import Painting, PaintRequest
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


def paint(bench: Bench, request: PaintRequest) -> Painting:
    """One picture from the engine, its colours announced beforehand."""
    bench.announce(bench.engine.tint(request))
    return bench.engine.paint(request, bench.progress)[0]


def outcome(bench: Bench, painting: Painting, made: Made) -> Outcome:
    facts = {**made.facts, "style": painting.style, "seed": painting.seed, "engine": bench.engine.title}
    return Outcome([painting], facts, {"before": made.sides["before"]})
