"""The ground plane: textures that shrink towards the horizon, and still or moving water."""

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas
from app.engines.illustrator.colour import RGB, Field, mix, ramp
from app.engines.illustrator.light import Light


def recede(canvas: Canvas, texture: Field, horizon: float, stretch: float = 1.0) -> Field:
    """Lay a square texture on the ground below `horizon` (pixels), repeated by mirroring: (rows below, width)."""
    rows = canvas.height - int(horizon)
    down = (np.arange(rows, dtype=np.float32) + 1.5) / rows
    size = texture.shape[0]
    far = 0.25 / (down + 0.03)
    across = (np.arange(canvas.width, dtype=np.float32) - canvas.width / 2) / canvas.unit
    u = (across[None] * far[:, None] * 2 * size / stretch + size / 2).astype(np.float32)
    v = np.repeat((far * 2.2 * size)[:, None], canvas.width, 1).astype(np.float32)
    return np.asarray(cv2.remap(texture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32)


def plain(canvas: Canvas, horizon: float, far: RGB, near: RGB, grain: float) -> None:
    """A flat ground from `horizon` (share of height) to the lower edge, textured."""
    top = int(horizon * canvas.height)
    rows = canvas.height - top
    at = np.linspace(0, 1, rows, dtype=np.float32)
    base = np.repeat(ramp([(0, far), (0.35, mix(far, near, 0.6)), (1, near)], at)[:, None], canvas.width, 1)
    rough = recede(canvas, fractal(canvas.rng, 512, 512, 90, 6), top)
    base *= 1 + (rough * grain * np.clip(at * 2.5, 0.15, 1)[:, None])[..., None]
    canvas.lay(np.ones((rows, canvas.width), np.float32), base.astype(np.float32), top)
    canvas.depth[top:] = np.maximum(200 * (1 - at) ** 1.5, 30)[:, None].astype(np.uint8)


def shine(canvas: Canvas, horizon: float, strength: float) -> None:
    """A wet ground: what stands above `horizon` (share of height) shows in it, drawn out downwards."""
    top = int(horizon * canvas.height)
    rows = canvas.height - top
    sway = _waves(canvas, rows) * canvas.unit * 0.012
    mirror = cv2.GaussianBlur(_mirror(canvas, top, rows, sway), (0, 0), canvas.unit * 0.003, sigmaY=canvas.unit * 0.02)
    fade = np.linspace(strength, strength * 0.35, rows, dtype=np.float32)[:, None, None]
    canvas.pixels[top:] += (mirror - canvas.pixels[top:]) * fade


def water(
    canvas: Canvas, horizon: float, light: Light, deep: RGB, calm: float = 0.5, until: float = 1.0, clear: float = 0.75
) -> None:
    """Water from `horizon` to `until` (shares of height): mirrors what stands above it, broken by waves.

    `calm` is 1 for a mirror and 0 for a swell; `clear` is how strongly it mirrors.
    """
    top, bottom = int(horizon * canvas.height), int(until * canvas.height)
    rows = bottom - top
    waves = _waves(canvas, rows)
    at = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    sway = waves * canvas.unit * (0.004 + 0.05 * (1 - calm)) * (0.15 + at)
    mirror = cv2.GaussianBlur(_mirror(canvas, top, rows, sway), (0, 0), 0.6, sigmaY=canvas.unit * 0.012 * (1.1 - calm))
    fresnel = np.clip((1 - at * 0.75) * clear + waves * 0.22 * (1 - calm * 0.6), 0, 1)[..., None]
    surface = deep * (1 + waves[..., None] * 0.16) * (1 - fresnel) + mirror * fresnel
    canvas.pixels[top:bottom] = surface
    canvas.depth[top:bottom] = np.maximum(220 * (1 - at) ** 1.2, 30).astype(np.uint8)
    if light.soft < 0.6:
        _glitter(canvas, top, rows, waves, light)


def _waves(canvas: Canvas, rows: int) -> Field:
    texture = fractal(canvas.rng, 512, 512, 42, 5, 4.0)
    down = (np.arange(rows, dtype=np.float32) + 2) / rows
    far = 0.3 / (down + 0.02)
    across = (np.arange(canvas.width, dtype=np.float32) - canvas.width / 2) / canvas.unit
    u = (across[None] * (0.4 + far[:, None]) * 380).astype(np.float32)
    v = np.repeat((np.log(down + 0.02) * 420)[:, None], canvas.width, 1).astype(np.float32)
    return np.asarray(cv2.remap(texture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32)


def _mirror(canvas: Canvas, top: int, rows: int, sway: Field) -> Field:
    x = np.arange(canvas.width, dtype=np.float32)[None] + sway
    y = top - 1 - np.arange(rows, dtype=np.float32)[:, None] * (top / max(rows, top)) + sway * 0.6
    return np.asarray(cv2.remap(
        canvas.pixels[: max(top, 1)], x.astype(np.float32), np.clip(y, 0, top - 1).astype(np.float32),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT,
    ), np.float32)  # fmt: skip


def _glitter(canvas: Canvas, top: int, rows: int, waves: Field, light: Light) -> None:
    at = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    across = (np.arange(canvas.width, dtype=np.float32)[None] - light.x * canvas.width) / canvas.unit
    path = np.exp(-((across / (0.05 + 0.16 * at)) ** 2))
    sparks = smoothstep(0.15, 0.6, waves) * path * (1 - 0.55 * at) * (1 - light.soft)
    region = canvas.pixels[top : top + rows]
    region += (1 - np.minimum(region, 1)) * light.sun * (sparks * 0.9)[..., None]
