"""Light that spills: a soft halo added to what is already there."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, bands
from app.engines.illustrator.colour import RGB


def halo(canvas: Canvas, x: float, y: float, radius: float, colour: RGB, strength: float) -> None:
    """Screen a halo of `radius` pixels around (x, y), brightest in its middle."""
    top, left = max(int(y - radius), 0), max(int(x - radius), 0)
    bottom, right = min(int(y + radius) + 1, canvas.height), min(int(x + radius) + 1, canvas.width)
    if bottom <= top or right <= left:
        return
    down = (np.arange(top, bottom, dtype=np.float32) - y)[:, None] / radius
    dx = (np.arange(left, right, dtype=np.float32) - x)[None] / radius
    tint = np.asarray(colour * np.float32(strength), np.float32)
    for band in bands(bottom - top):
        fall = np.clip(1 - np.sqrt(dx * dx + down[band] ** 2), 0, 1)
        region = canvas.pixels[top:bottom, left:right][band]
        region += (1 - np.minimum(region, 1)) * ((fall * fall)[..., None] * tint)


def disc(canvas: Canvas, x: float, y: float, radius: float, colour: RGB, soft: float = 1.0) -> None:
    """A filled circle with an edge `soft` pixels wide."""
    top, left, size = int(y - radius) - 2, int(x - radius) - 2, int(2 * radius) + 5
    dy = (np.arange(size, dtype=np.float32) + top - y)[:, None]
    dx = (np.arange(size, dtype=np.float32) + left - x)[None]
    mask = np.clip((radius - np.sqrt(dx * dx + dy * dy)) / soft + 0.5, 0, 1)
    canvas.lay(mask.astype(np.float32), colour, top, left)


def ring(canvas: Canvas, x: float, y: float, radius: float, colour: RGB, strength: float) -> None:
    """A bubble: a thin bright rim and a glint."""
    top, left, size = int(y - radius) - 2, int(x - radius) - 2, int(2 * radius) + 5
    dy = (np.arange(size, dtype=np.float32) + top - y)[:, None]
    dx = (np.arange(size, dtype=np.float32) + left - x)[None]
    away = np.sqrt(dx * dx + dy * dy) / max(radius, 1)
    rim = np.exp(-(((away - 0.86) / 0.12) ** 2)) * strength
    glint = np.exp(-(((dx / radius + 0.35) ** 2 + (dy / radius + 0.4) ** 2) / 0.05)) * strength * 1.4
    canvas.lay(np.clip(rim + glint + 0.10 * strength * (away < 1), 0, 1).astype(np.float32), colour, top, left)
