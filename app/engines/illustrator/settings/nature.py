"""What outdoor settings share: hills, trees and flowers in the colours of the season."""

from collections.abc import Iterator

import numpy as np

from app.engines.illustrator.brushes import drawing, ridge
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas
from app.engines.illustrator.colour import RGB, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Stage

GREENS = {
    None: ("#58a845", "#8dbb4e"),
    "spring": ("#6cb84a", "#a5cf5c"),
    "summer": ("#4f9f3f", "#7fb446"),
    "autumn": ("#a89a45", "#c08a3e"),
    "winter": ("#e9eff6", "#dbe6f2"),
}
LEAVES: dict[str | None, tuple[str | None, ...]] = {
    None: (None,), "spring": ("pink", None, "lime"), "summer": (None,), "autumn": ("orange", "gold", "red"),
    "winter": ("white",),
}  # fmt: skip
FLOWERS = ("blossom", "tulip", "sunflower", "hyacinth", "cherry-blossom", "rose")


def season(stage: Stage) -> str | None:
    """The season to be seen: where it snows it is winter, whatever was said."""
    return "winter" if stage.scene.weather == "snow" else stage.scene.season


def green(stage: Stage) -> RGB:
    """The ground's colour in this season, a little different for every seed, under this light."""
    one, other = (rgb(tone) for tone in GREENS[season(stage)])
    tone = mix(one, other, float(stage.rng.random()))
    return mix(tone * stage.light.ambient, stage.light.shade, 0.55 * stage.light.dark)


def hill(canvas: Canvas, light: Light, far: float, horizon: float, tone: RGB, swell: float = 0.08) -> None:
    """One soft hill with its crest around `horizon`; `far` 1 is the most distant."""
    wave = line(canvas.rng, canvas.width, canvas.unit * 0.7, 3, 0.35)
    skyline = horizon * canvas.height - canvas.unit * swell * (0.4 + 0.6 * far) * wave
    colour = mix(tone, light.haze, 0.1 + 0.5 * far)
    shape = ridge.Ridge(
        skyline, lighter(colour, 0.04), lighter(colour, -0.04), light.haze, 0.2 * far, 0.0, 0, int(120 + 80 * far)
    )
    ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def trees(canvas: Canvas, stage: Stage, horizon: float, number: int = 9, middle: float = 0.42) -> Iterator[None]:
    """Trees left and right of the middle, small ones first, so that the near ones cover the far."""
    rng, unit = canvas.rng, canvas.unit
    now = season(stage)
    leaves = LEAVES[now]
    leafy = {"winter": 0.25, "autumn": 0.85, "spring": 0.8}.get(now or "", 0.6)
    spots = [
        (float(rng.uniform(0.0, 1.0)) ** 1.4, float(rng.choice([-1, 1]) * rng.uniform(middle, 1.05)))
        for _ in range(number)
    ]
    for near, across in sorted(spots):
        name = "deciduous-tree" if rng.random() < leafy else "evergreen-tree"
        colour = leaves[int(rng.integers(len(leaves)))] if name == "deciduous-tree" or now == "winter" else None
        figure = drawing.shrunk(stage.props.figure(name, unit * 0.31, colour=colour), 0.46 + 0.54 * near)
        x, y = (0.5 + across / 2) * canvas.width, (horizon + 0.065 + 0.075 * near) * canvas.height
        drawing.stand(canvas, figure, x, y, stage.light, int(150 - 60 * near), 0.34 * (1 - near))
        yield


def flowers(canvas: Canvas, stage: Stage, top: float = 0.90) -> None:
    """Flowers in the grass in front, in small groups, none where it is winter."""
    if season(stage) == "winter":
        return
    rng, unit = canvas.rng, canvas.unit
    if season(stage) == "autumn":
        names = ["fallen-leaf", "maple-leaf"]
    else:
        names = [str(name) for name in rng.choice(FLOWERS, 2, replace=False)]
    centres = rng.uniform(0, 1, (int(4 * stage.wide), 2))
    for near, across in sorted(centres.tolist()):
        for _ in range(int(rng.integers(2, 5))):
            spot = across + float(rng.normal(0, 0.035))
            figure = drawing.shrunk(stage.props.figure(names[int(rng.integers(2))], unit * 0.062), 0.5 + 0.5 * near)
            y = canvas.height * (top + (0.985 - top) * near) + float(rng.normal(0, 0.006)) * canvas.height
            if abs(spot - 0.5) > 0.10 + 0.22 * (1 - near):
                drawing.stand(canvas, figure, spot * canvas.width, y, stage.light, 30)


def blades(canvas: Canvas, stage: Stage, tone: RGB, top: float) -> None:
    """Short strokes of grass, denser and larger towards the lower edge."""
    import cv2

    rng, unit = canvas.rng, canvas.unit
    number = int(1500 * canvas.width / unit)
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    near = np.sort(rng.random(number) ** 0.7)
    xs = rng.random(number) * canvas.width
    ys = (top + (1.02 - top) * near) * canvas.height
    tall = unit * (0.006 + 0.020 * near) * rng.uniform(0.5, 1.2, number)
    bend = rng.uniform(-0.5, 0.5, number) * tall
    wide = np.maximum(tall * 0.10, 0.35)
    shapes = np.stack(
        [np.stack([xs - wide, ys], -1), np.stack([xs + bend, ys - tall], -1), np.stack([xs + wide, ys], -1)], 1
    )
    for shape in np.round(shapes * 16).astype(np.int32):
        cv2.fillConvexPoly(mask, shape, 150, cv2.LINE_AA, 4)
    canvas.lay(mask.astype(np.float32) / 255, lighter(tone, 0.07 if stage.light.dark < 0.5 else 0.03))
