"""Giving a drawing another colour while it keeps its own light and shade."""

from dataclasses import replace

import numpy as np

from app.engines.illustrator.brushes.drawing import Figure
from app.engines.illustrator.brushes.noise import smoothstep
from app.engines.illustrator.colour import RGB, Field, from_oklab, oklab


def dyed(figure: Figure, colour: RGB) -> Figure:
    """The figure with its main colour turned into `colour`; eyes, noses and small details stay."""
    lab, target = oklab(figure.colour), oklab(colour)
    share = _main(lab, figure.cover)
    weight = share * figure.cover
    middle = float((lab[..., 0] * weight).sum() / (weight.sum() + 1e-6))
    contrast = 0.75 if 0.35 < target[0] < 0.9 else 0.5
    new = np.empty_like(lab)
    new[..., 0] = np.clip(target[0] + (lab[..., 0] - middle) * contrast, 0.03, 1)
    new[..., 1:] = target[1:] * np.clip(1.1 - np.abs(new[..., :1] - target[0]), 0.5, 1)
    mixed = lab + (new - lab) * share[..., None]
    return replace(figure, colour=from_oklab(mixed.astype(np.float32)))


def _main(lab: Field, cover: Field) -> Field:
    """How much each pixel belongs to the main colour, 0 to 1: by hue where there is one, else by lightness."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    strong = cover * (chroma > 0.05)
    dark = smoothstep(0.22, 0.36, lab[..., 0])
    if strong.sum() < 0.25 * cover.sum():
        return np.asarray(dark * (chroma < 0.09), np.float32)
    hue = np.arctan2(lab[..., 2], lab[..., 1])
    counts, edges = np.histogram(hue, 24, (-np.pi, np.pi), weights=strong * chroma)
    peak = edges[int(np.argmax(counts + 0.5 * np.roll(counts, 1) + 0.5 * np.roll(counts, -1)))] + np.pi / 24
    apart = np.abs((hue - peak + np.pi) % (2 * np.pi) - np.pi)
    return np.asarray((1 - smoothstep(0.7, 1.1, apart)) * smoothstep(0.02, 0.05, chroma), np.float32)
