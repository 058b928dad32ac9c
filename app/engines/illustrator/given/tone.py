"""Tone and colour of a given picture, brought nearer to what the prompt says."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, bands
from app.engines.illustrator.colour import Field, Pixels, from_oklab, oklab, ramp, rgb
from app.engines.illustrator.data import table
from app.engines.illustrator.given.look import SKY
from app.engines.illustrator.light import Light
from app.engines.illustrator.scene import Scene
from app.engines.illustrator.styles import tools


def graded(canvas: Canvas, scene: Scene, light: Light, share: float) -> None:
    """The hour, the weather and the colours the prompt names, laid over the picture by `share` (0 to 1)."""
    hour = share if scene.time != "day" or light.soft > 0.3 else 0.0
    down = np.linspace(0, 1, canvas.height, dtype=np.float32)
    sky = ramp([(i / (len(light.sky) - 1) * 0.7, stop) for i, stop in enumerate(light.sky)], down)[:, None]
    veil = _sky(canvas) * hour * 0.85
    tint = _tint(scene)
    for band in bands(canvas.height):
        part = canvas.pixels[band]
        dim = 1 - hour * (0.30 * light.dark + 0.12 * light.soft)
        tone = tools.luma(part)[..., None]
        cool = light.shade + (1 - light.shade) * np.clip(tone * 1.6, 0, 1)
        cast = light.ambient * (1 - 0.4 * hour * (1 - cool))
        lit = part * dim * (1 + (cast - 1) * hour)
        lit += (sky[band] * (0.55 + 0.55 * tone) - lit) * veil[band][..., None]
        canvas.pixels[band] = lit if tint is None else _tinted(lit, tint, share)


def _sky(canvas: Canvas) -> Field:
    """Where the sky is (0..1), its edges soft."""
    return tools.blur((canvas.depth == SKY).astype(np.float32), max(canvas.unit * 0.004, 1))


def _tint(scene: Scene) -> Field | None:
    """The colour the prompt names for the whole picture, in OKLab."""
    loose = [colour for colour in scene.colours if colour not in {subject.colour for subject in scene.subjects}]
    return oklab(rgb(table("colours")["colours"][loose[0]])) if loose else None


def _tinted(part: Pixels, tint: Field, share: float) -> Pixels:
    lab = oklab(part)
    lab[..., 1:] += (tint[1:] - lab[..., 1:]) * np.float32(0.55 * share)
    return from_oklab(lab)
