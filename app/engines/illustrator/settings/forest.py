"""A forest: rows of firs fading into mist, tall trunks at the sides, a mossy clearing, shafts of light."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import drawing, floor, glow, sky
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer, bands
from app.engines.illustrator.colour import RGB, Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.settings import nature
from app.engines.illustrator.stage import Place, Stage

ROWS = 5


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.58, 0.66))
    tone = nature.green(stage)
    wood = mix(rgb("#2f5f45"), rgb("#4c6b35"), float(rng.random()))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather, disc=light.dark > 0.8 or light.height < 0.3)
    back.append(partial(_veil, light=light, horizon=horizon))
    winter = nature.season(stage) == "winter"
    moss = tone if winter else lighter(mix(tone, wood * light.ambient, 0.35), -0.03)
    back.append(
        partial(floor.plain, horizon=horizon, far=mix(moss, light.haze, 0.5), near=lighter(moss, -0.10), grain=0.2)
    )
    back += [partial(_firs, light=light, near=i / (ROWS - 1), horizon=horizon, wood=wood) for i in range(ROWS)]
    back.append(partial(nature.blades, stage=stage, tone=lighter(moss, -0.02), top=horizon + 0.12))
    if not winter:
        back.append(partial(_undergrowth, stage=stage, horizon=horizon))
    back += [partial(_trunks, light=light), partial(_shafts, light=light)]
    return Place(back, [] if winter else [partial(_ferns, light=light)], horizon, 0.9)


def _veil(canvas: Canvas, light: Light, horizon: float) -> None:
    """Pale air behind the trees: the far wood is only a tone."""
    rows = int(horizon * canvas.height)
    rise = smoothstep(0.25, 1.0, np.linspace(0, 1, rows, dtype=np.float32))[:, None] * 0.75
    canvas.lay(rise * np.ones((1, canvas.width), np.float32), mix(light.haze, light.sun, 0.25 * (1 - light.dark)))


def _firs(canvas: Canvas, light: Light, near: float, horizon: float, wood: RGB) -> None:
    rng, unit = canvas.rng, canvas.unit
    base = (horizon + 0.012 + 0.085 * near) * canvas.height
    tall = unit * (0.30 + 0.42 * near)
    body = mix(light.haze, mix(wood * light.ambient * 0.72, light.shade, 0.2 + 0.5 * light.dark), 0.22 + 0.70 * near)
    mask = np.zeros((int(base + 0.02 * unit) + 2, canvas.width), np.uint8)
    step = tall * (0.16 if near < 0.9 else 0.24)
    ground = base + line(rng, canvas.width, unit * 0.4, 3) * unit * 0.010
    gap = 0.05 + 0.26 * near  # the clearing opens in the middle, so that the light comes through
    for at in np.arange(-step, canvas.width + step, step):
        x = at + rng.uniform(-0.45, 0.45) * step
        if abs(x / canvas.width - 0.5) > gap * rng.uniform(0.6, 1.15):
            fir(mask, x, float(ground[int(np.clip(x, 0, canvas.width - 1))]), tall * rng.uniform(0.5, 1.1), rng)
    rough = fractal(rng, mask.shape[0], canvas.width, unit * 0.05, 5) * 0.16 * near
    for band in bands(mask.shape[0]):
        colour = _needles(light, body, rough[band], band.start / mask.shape[0])
        canvas.lay(mask[band].astype(np.float32) / 255, colour, band.start, depth=int(210 - 140 * near))
    _mist(canvas, light, base, near)


def _needles(light: Light, body: RGB, rough: Field, down: float) -> Field:
    """The firs' colour: lighter towards the light and the top, broken up where they are near."""
    side = np.linspace(-1, 1, rough.shape[1], dtype=np.float32)[None] * np.sign(light.x - 0.5) * 0.06
    return np.asarray(np.clip(body * (1 + rough + side)[..., None] + (0.036 - 0.066 * down), 0, 1), np.float32)


def fir(mask: Field, x: float, base: float, tall: float, rng: np.random.Generator) -> None:
    """Draw one fir's outline into an 8-bit mask, its foot at (x, base)."""
    tiers = int(rng.integers(8, 12))
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for i in range(tiers):
        low = base - tall * (0.07 + 0.89 * i / tiers)
        reach = tall * 0.20 * (1 - i / tiers) ** 0.9
        for side, points in ((-1, left), (1, right)):
            wide = reach * rng.uniform(0.72, 1.18)
            points += [(x + side * wide, low + tall * 0.03), (x + side * wide * 0.45, low - tall * 0.045)]
    outline = np.array([*left, (x, base - tall), *reversed(right)])
    trunk = np.array([(x - tall * 0.018, base), (x + tall * 0.018, base), (x, base - tall * 0.5)])
    for shape in (outline, trunk):
        cv2.fillPoly(mask, [np.round(shape * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)


def _mist(canvas: Canvas, light: Light, base: float, near: float) -> None:
    rows = int(canvas.unit * 0.24)
    at = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    drift = 1 + 0.5 * fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.2, 4, 3.0)
    veil = np.clip(np.sin(at * np.pi), 0, 1) ** 1.2 * (0.52 - 0.5 * near) * drift
    canvas.lay(np.clip(veil, 0, 1), light.haze, int(base - rows * 0.75))


def _undergrowth(canvas: Canvas, stage: Stage, horizon: float) -> None:
    """Mushrooms, stones and seedlings in small groups."""
    rng = canvas.rng
    for near in np.sort(rng.random(9)):
        name = str(rng.choice(["mushroom", "rock", "herb", "seedling", "wood"]))
        tall = canvas.unit * (0.025 + 0.04 * near)
        x = (0.5 + float(rng.choice([-1, 1])) * float(rng.uniform(0.14, 0.5))) * canvas.width
        y = (horizon + 0.13 + 0.24 * near) * canvas.height
        drawing.stand(canvas, stage.props.figure(name, tall), x, y, stage.light, 80, 0.2 * (1 - near))


def _trunks(canvas: Canvas, light: Light) -> None:
    """Great trunks at the sides, cut off above by the frame: we stand among the trees."""
    rng, unit = canvas.rng, canvas.unit
    bark = mix(rgb("#4a3a33") * light.ambient, light.shade, 0.35 + 0.4 * light.dark)
    for side in (0, 1):
        if rng.random() < 0.2:
            continue
        x = canvas.width * (rng.uniform(-0.01, 0.07) if side == 0 else rng.uniform(0.93, 1.01))
        half, foot = unit * rng.uniform(0.035, 0.06), canvas.height * rng.uniform(0.84, 0.97)
        _trunk(canvas, light, x, half, foot, bark)


def _trunk(canvas: Canvas, light: Light, x: float, half: float, foot: float, bark: RGB) -> None:
    rows, reach = int(foot) + 1, int(half * 2.6)
    y = np.arange(rows, dtype=np.float32)[:, None]
    across = (np.arange(2 * reach, dtype=np.float32) - reach)[None]
    flare = half * (0.85 + 1.1 * np.exp(-(foot - y) / (half * 1.6)))
    grain = fractal(canvas.rng, rows, 2 * reach, max(half * 0.5, 3), 5, 0.25)
    mask = np.clip(flare + grain * half * 0.08 - np.abs(across), 0, 1)
    turn = np.clip(0.5 + 0.5 * across / flare * np.sign(light.x - x / canvas.width), 0, 1)
    tone = (0.72 + 0.5 * turn + grain * 0.35)[..., None]
    drawing.contact(canvas, x, foot, half * 3.4, light)
    canvas.lay(mask.astype(np.float32), (bark * tone).astype(np.float32), 0, int(x) - reach, 25)


def _shafts(canvas: Canvas, light: Light) -> None:
    if light.soft > 0.3 or light.dark > 0.5:
        return
    across = np.arange(canvas.width, dtype=np.float32)[None]
    down = np.arange(canvas.height, dtype=np.float32)[:, None]
    lean = (light.x - 0.5) * 1.6
    bands = line(canvas.rng, canvas.width * 3, canvas.unit * 0.16, 3)
    at = np.clip(across + down * lean + canvas.width, 0, canvas.width * 3 - 1).astype(np.int32)
    beams = smoothstep(0.05, 0.75, bands[at]) * np.clip(1 - down / canvas.height * 1.05, 0, 1)
    canvas.pixels += (1 - np.minimum(canvas.pixels, 1)) * light.sun * (beams * 0.30)[..., None]
    glow.halo(canvas, light.x * canvas.width, 0, canvas.unit * 0.9, light.sun, 0.35)


def _ferns(canvas: Canvas, light: Light) -> None:
    """Dark fronds at the lower corners: the eye looks past them into the clearing."""
    rows = int(canvas.unit * 0.20)
    mask = np.zeros((rows, canvas.width), np.uint8)
    for side in (0, 1):
        for _ in range(7):
            x = abs(canvas.rng.normal(0, 0.10)) * canvas.width
            _frond(mask, canvas, x if side == 0 else canvas.width - x, rows * canvas.rng.uniform(0.45, 0.95))
    canvas.lay(mask.astype(np.float32) / 255, mix(light.shade, rgb("#1f4a26"), 0.72), canvas.height - rows, depth=5)


def _frond(mask: Field, canvas: Canvas, x: float, tall: float) -> None:
    """An arched stem with leaflets that shorten towards its tip."""
    bend = canvas.rng.uniform(-0.7, 0.7)
    for t in np.linspace(0.12, 1, 16):
        sx, sy = x + bend * tall * t**1.6, mask.shape[0] - tall * (t - 0.25 * t**2.2)
        reach = tall * 0.26 * (1.08 - t)
        for side in (-1, 1):
            leaf = np.array(
                [(sx, sy), (sx + side * reach * 0.6, sy - reach * 0.22), (sx + side * reach, sy + reach * 0.06)]
            )
            cv2.fillConvexPoly(mask, np.round(leaf * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
