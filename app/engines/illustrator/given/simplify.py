"""A photograph has more texture than any painter would paint: each style first lets go of what it cannot use."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas
from app.engines.illustrator.styles import tools

SHARP = 900  # the shorter side, in pixels, at which surfaces are smoothed; edges come back from the full size
CALM = {  # how strongly surfaces are smoothed, 0 to 1
    "illustration": 0.75, "3d": 1.1, "anime": 0.75, "watercolor": 0.35, "oil": 0.2, "pencil": 0.3, "line-art": 0.9,
    "pixel-art": 0.3, "comic": 0.85, "low-poly": 0.3, "neon": 0.8, "vaporwave": 0.25, "minimalist": 0.9,
}  # fmt: skip


def simplify(canvas: Canvas, style: str, more: float = 0.0) -> Iterator[None]:
    """Smooth surfaces and keep edges, as the style needs; `more` (0 to 1) lets go of more."""
    calm = CALM.get(style, 0.0)
    if not calm:
        return
    calm = min(calm + 0.5 * more, 1.3)
    scale = min(SHARP / canvas.unit, 1.0)
    size = (max(round(canvas.width * scale), 2), max(round(canvas.height * scale), 2))
    small = tools.bytes_of(cv2.resize(canvas.pixels, size, interpolation=cv2.INTER_AREA))
    for _ in range(1 + round(2 * calm)):
        small = cv2.bilateralFilter(small, 9, 12 + 34 * calm, 3 + 3 * calm)
        yield
    if calm > 0.6:
        small = cv2.medianBlur(small, 5)
    tools.take(canvas, cv2.resize(small, (canvas.width, canvas.height), interpolation=cv2.INTER_CUBIC))
    if style == "illustration":
        yield
        gouache(canvas)


def gouache(canvas: Canvas) -> None:
    """Flat, full colours from a small palette, hardly an outline."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0016, 1), 0.7) - 0.3, 0, 1)
    tools.saturate(canvas, 1.25)
    colours = tools.palette(canvas, 26)
    tools.rework(canvas, lambda part, _: part + (tools.nearest(part, colours) - part) * np.float32(0.72))
    canvas.pixels = tools.blur(canvas.pixels, max(canvas.unit * 0.0009, 0.5))
    canvas.pixels *= 1 - 0.30 * lines[..., None]
