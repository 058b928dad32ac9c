"""A poster or quote card: a frame, one bold form, the words in real type, the subject if there is one."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from app.engines.illustrator import lettering
from app.engines.illustrator.brushes import cut
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix, oklab, rgb
from app.engines.illustrator.settings.pattern import Tones, _disc
from app.engines.illustrator.stage import Place, Stage

CALM = 0.17  # how far in lightness a form may be from the ground, where words may stand on both


@dataclass(frozen=True)
class Form:
    """The large shape of a card: which, where (shares of the frame), how large, and where the hills begin."""

    kind: int
    x: float
    y: float
    size: float
    foot: float


def compose(stage: Stage) -> Place:
    rng = stage.rng
    tones = _tones(stage)
    text = stage.scene.lettering
    text = text if text and lettering.can_set(text) else None
    back: list[Layer] = [
        partial(_card, tones=tones),
        partial(_form, tones=tones, form=_chosen(rng, low=bool(stage.scene.subjects))),
    ]
    if text:
        box = (0.09, 0.10, 0.91, 0.34) if stage.scene.subjects else (0.12, 0.24, 0.88, 0.76)
        back.append(partial(_words, stage=stage, text=text, box=box, tones=tones))
    back.append(partial(_frame, tones=tones))
    return Place(back, [], 0.6, 0.90, centred=True)


def _tones(stage: Stage) -> Tones:
    """The palette with its ground first, light or dark as the mood asks; the seed orders the others."""
    tones = sorted((rgb(c) for c in stage.scene.palette[:5]), key=lambda c: -float(oklab(c)[0]))
    if stage.light.dark > 0.5 or stage.scene.mood in ("dark", "angry"):
        tones.reverse()
    first = tones.pop(int(stage.rng.integers(2)))
    return [first, *(tones[i] for i in stage.rng.permutation(len(tones)))]


def _chosen(rng: np.random.Generator, low: bool) -> Form:
    kind = int(rng.integers(4))
    y = 0.62 if low else float(rng.uniform(0.30, 0.62))
    return Form(kind, float(rng.uniform(0.24, 0.76)), y, float(rng.uniform(0.7, 1.25)), float(rng.uniform(0.70, 0.86)))


def _card(canvas: Canvas, tones: Tones) -> None:
    y = np.linspace(0, 1, canvas.height, dtype=np.float32)[:, None, None]
    canvas.pixels[:] = tones[0] + (mix(tones[0], tones[1], 0.3) - tones[0]) * y
    canvas.depth[:] = 240


def _form(canvas: Canvas, tones: Tones, form: Form) -> None:
    """The one large shape over hills at the foot: a rising disc with rays, rings, a slanting band or a small sun."""
    if form.kind == 1:
        _rising(canvas, tones, form)
    elif form.kind == 2:
        _disc(canvas, form.x, form.y, 0.36 * form.size, tones[1])
        _disc(canvas, form.x, form.y, 0.27 * form.size, mix(tones[1], tones[0], 0.45))
    elif form.kind == 3:
        _band(canvas, tones, form)
    else:
        _disc(canvas, form.x, 0.5 * form.y, 0.13 * form.size, tones[2])
    for i, at in enumerate((form.foot, form.foot + 0.08)):
        x = np.linspace(0, 1, 120)
        y = (at + 0.06 * line(canvas.rng, 120, 60, 2, 0.3)) * canvas.height
        foot = [[canvas.width, canvas.height * 1.1], [0, canvas.height * 1.1]]
        points = np.concatenate([np.stack([x * canvas.width, y], -1), foot])
        cut.sheet(canvas, cut.polygon(canvas, points), tones[2 + i], 0.010)


def _band(canvas: Canvas, tones: Tones, form: Form) -> None:
    """Three stripes across the card, leaning to one side."""
    lean = (form.x - 0.5) * 1.6
    for i in range(3):
        middle = (form.y - 0.12 + 0.14 * form.size * i) * canvas.height
        ends = np.array([[0, middle - lean * canvas.height / 2], [canvas.width, middle + lean * canvas.height / 2]])
        thick = np.array([0, 0.10 * form.size * canvas.height])
        stripe = np.concatenate([ends, ends[::-1] + thick])
        canvas.lay(cut.polygon(canvas, stripe), mix(_quiet(tones[1], tones[0]), tones[0], 0.25 * i))


def _rising(canvas: Canvas, tones: Tones, form: Form) -> None:
    centre = np.array([canvas.width * form.x, canvas.height * form.foot])
    far = 1.4 * max(canvas.width, canvas.height)
    rays = np.zeros((canvas.height, canvas.width), np.float32)
    for i in range(13):
        t = np.pi + (i + np.array([0.0, 0.5])) * np.pi / 12.5
        rays = np.maximum(
            rays, cut.polygon(canvas, np.concatenate([[centre], centre + far * np.stack([np.cos(t), np.sin(t)], -1)]))
        )
    canvas.lay(rays, _quiet(tones[1], tones[0]))
    _disc(canvas, form.x, form.foot, 0.27 * form.size, _quiet(tones[2], tones[0]))


def _quiet(tone: RGB, ground: RGB) -> RGB:
    """The tone, brought so near to the ground in lightness that words over both can be read."""
    away = abs(float(oklab(tone)[0] - oklab(ground)[0]))
    return mix(tone, ground, max(0.0, 1 - CALM / max(away, 1e-3)))


def _words(canvas: Canvas, stage: Stage, text: str, box: tuple[float, float, float, float], tones: Tones) -> None:
    left, top, right, bottom = (int(v * s) for v, s in zip(box, (canvas.width, canvas.height) * 2, strict=True))
    mask = lettering.block(stage.fonts, text, right - left, bottom - top)
    ink = _ink(canvas.pixels[top:bottom, left:right].mean((0, 1)), tones)
    y, x = top + (bottom - top - mask.shape[0]) // 2, left + (right - left - mask.shape[1]) // 2
    canvas.lay(mask, ink, y, x, 30)
    rule = np.ones((max(int(canvas.unit * 0.004), 1), int(canvas.unit * 0.14)), np.float32)
    if y + mask.shape[0] + canvas.unit * 0.05 < canvas.height * 0.74:
        canvas.lay(rule, ink, y + mask.shape[0] + int(canvas.unit * 0.04), (canvas.width - rule.shape[1]) // 2)


def _ink(ground: RGB, tones: Tones) -> RGB:
    """The colour of the palette that stands out most, pushed until it reads."""
    base = float(oklab(ground)[0])
    best = max(tones, key=lambda tone: abs(float(oklab(tone)[0]) - base))
    away = float(oklab(best)[0]) - base
    wanted = 0.55 if base < 0.55 else -0.55
    return lighter(best, max(0.0, wanted - away) if wanted > 0 else min(0.0, wanted - away))


def _frame(canvas: Canvas, tones: Tones) -> None:
    edge, thick = int(canvas.unit * 0.035), max(int(canvas.unit * 0.004), 1)
    tone = _ink(tones[0], tones)
    h, w = canvas.height, canvas.width
    across, down = np.full((thick, w - 2 * edge), 0.8, np.float32), np.full((h - 2 * edge, thick), 0.8, np.float32)
    for top in (edge, h - edge - thick):
        canvas.lay(across, tone, top, edge)
    for left in (edge, w - edge - thick):
        canvas.lay(down, tone, edge, left)
