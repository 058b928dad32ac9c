"""The light of a given picture, guessed from its tones, so that what is painted into it belongs there."""

import cv2
import numpy as np

from app.engines.illustrator.colour import RGB, Field, Pixels, mix
from app.engines.illustrator.light import Light
from app.engines.illustrator.styles import tools

WHITE = np.ones(3, np.float32)


def daylight(pixels: Pixels, near: Field) -> Light:
    """The light around the place `near` (boolean): its colour, its side, how hard its shadows are."""
    about = pixels[near] if near.any() else pixels.reshape(-1, 3)
    tone = tools.luma(about)
    low, high = np.quantile(tone, (0.05, 0.95))
    level = float(np.clip(0.35 + 0.75 * high, 0.45, 1.0))
    mean = about.mean(0)
    ambient = np.asarray(np.clip(mean / max(float(tools.luma(mean[None])[0]), 0.05), 0.6, 1.35), np.float32)
    ambient = np.clip(mix(np.clip(ambient, 0, 1), WHITE, 0.55) * level, 0, 1).astype(np.float32)
    soft = float(np.clip(1.05 - (high - low) * 1.3, 0.1, 0.8))
    shade = np.asarray(about[tone <= np.quantile(tone, 0.12)].mean(0) * 0.5, np.float32)
    return Light((_top(pixels),) * 3 + (mean.astype(np.float32),), WHITE, ambient, shade, _side(pixels), 0.5, 0.0, soft)


def _side(pixels: Pixels) -> float:
    """Where the light stands: on the brighter side."""
    small = tools.luma(cv2.resize(pixels, (32, 32), interpolation=cv2.INTER_AREA))
    lean = float(small[:, 16:].mean() - small[:, :16].mean())
    return 0.5 + float(np.clip(lean * 3, -0.3, 0.3) or 0.1)


def _top(pixels: Pixels) -> RGB:
    return np.asarray(pixels[: max(len(pixels) // 10, 1)].mean((0, 1)), np.float32)


def belong(pixels: Pixels, where: Field, near: Field, rng: np.random.Generator) -> None:
    """Bring what was painted at `where` (0..1) to the tonal range, warmth, softness and grain of what is `near`."""
    if not near.any() or not (where > 0.5).any():
        return
    about = pixels[near]
    tone = tools.luma(about)
    low, high = np.quantile(tone, (0.02, 0.98))
    grey = pixels - cv2.GaussianBlur(pixels, (0, 0), 1.5)
    grain = float(np.median(np.abs(grey[near]))) * 1.48
    mean = about.mean(0)
    cast = mean - mean.mean()
    new = cv2.GaussianBlur(pixels, (0, 0), 0.7)
    new = low * 0.6 + new * (min(high + 0.12, 1.0) - low * 0.6) + cast * np.float32(0.35)
    new += rng.standard_normal((*where.shape, 1), np.float32) * np.float32(min(grain, 0.05))
    pixels += (np.clip(new, 0, 1) - pixels) * where[..., None]
