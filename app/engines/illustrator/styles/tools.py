"""What several styles share: tone, edges, fewer colours, paper and grain."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal
from app.engines.illustrator.canvas import SUBJECT, Canvas, bands
from app.engines.illustrator.colour import Field, Pixels

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(pixels: Pixels) -> Field:
    """Brightness (height, width), 0 to 1."""
    return np.asarray(pixels @ LUMA, np.float32)


def rework(canvas: Canvas, change: Callable[[Pixels, slice], Pixels]) -> None:
    """Replace the pixels band by band: `change` gets some rows of them and which rows they are."""
    for band in bands(canvas.height):
        canvas.pixels[band] = change(canvas.pixels[band], band)


def bytes_of(pixels: Pixels) -> Field:
    """The pixels as 8-bit, for the filters that want them so."""
    out = np.empty(pixels.shape, np.uint8)
    for band in bands(pixels.shape[0]):
        out[band] = np.clip(pixels[band] * 255 + 0.5, 0, 255)
    return out


def take(canvas: Canvas, picture: Field) -> None:
    """Make an 8-bit picture the canvas's pixels."""
    rework(canvas, lambda _, band: picture[band].astype(np.float32) / 255)


def grid(canvas: Canvas, band: slice) -> tuple[Field, Field]:
    """Row and column numbers of a band, to be broadcast."""
    return np.arange(band.start, band.stop, dtype=np.float32)[:, None], np.arange(canvas.width, dtype=np.float32)[None]


def blur(field: Field, sigma: float) -> Field:
    """A Gaussian blur; wide ones are made on a smaller picture, where they look the same and cost little."""
    shrink = max(int(sigma / 6), 1)
    if shrink == 1:
        return np.asarray(cv2.GaussianBlur(field, (0, 0), max(sigma, 0.3)), np.float32)
    height, width = field.shape[:2]
    small = cv2.resize(field, (max(width // shrink, 1), max(height // shrink, 1)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def subject(canvas: Canvas) -> Field:
    """Where the picture's subject is (boolean)."""
    return np.asarray(canvas.depth == SUBJECT)


@dataclass(frozen=True)
class Lights:
    """The small bright things of a dark picture, which smoothing would wipe out: where (0..1), and the picture."""

    where: Field
    picture: Field

    def relit(self, canvas: Canvas) -> None:
        """Put them back as they were."""
        rework(canvas, lambda part, band: part + (self.picture[band] / np.float32(255) - part) * self.where[band])


def lights(canvas: Canvas) -> Lights | None:
    """Lit windows, lamps and stars, when the picture is dark enough for them to matter."""
    tone = luma(canvas.pixels)
    if float(tone[::8, ::8].mean()) > 0.36:
        return None
    apart = np.clip((tone - blur(tone, canvas.unit * 0.012) - 0.14) * 6, 0, 1)
    return Lights(apart[..., None], bytes_of(canvas.pixels))


def shifted(field: Field, down: int) -> Field:
    """The field moved down by some rows, its first row repeated above."""
    return np.concatenate([np.repeat(field[:1], down, 0), field[: field.shape[0] - down]]) if down else field


def saturate(canvas: Canvas, by: float) -> None:
    """Scale the distance of every colour from its grey."""

    def change(part: Pixels, _band: slice) -> Pixels:
        grey = luma(part)[..., None]
        return np.clip(grey + (part - grey) * np.float32(by), 0, 1)

    rework(canvas, change)


def contrast(canvas: Canvas, by: float) -> None:
    """An S-curve around the middle: 0 leaves it, 1 is strong."""

    def change(part: Pixels, _band: slice) -> Pixels:
        x = np.clip(part, 0, 1)
        return np.asarray(x + (x * x * (3 - 2 * x) - x) * np.float32(by))

    rework(canvas, change)


def edges(canvas: Canvas, width: float, texture: float = 1.0) -> Field:
    """Outlines 0..2, `width` pixels wide: where depth jumps and tone turns; the latter off the subject by `texture`."""
    tone = blur(luma(canvas.pixels), width * 0.6)
    fine = np.hypot(cv2.Scharr(tone, cv2.CV_32F, 1, 0), cv2.Scharr(tone, cv2.CV_32F, 0, 1)) / 16
    if texture < 1:
        fine *= texture + (1 - texture) * blur(subject(canvas).astype(np.float32), width)
    lines = np.clip(fine * (9 * width) - 0.25, 0, 1)
    del tone, fine
    deep = blur(canvas.depth.astype(np.float32) / 255, width * 0.5)
    jump = np.hypot(cv2.Scharr(deep, cv2.CV_32F, 1, 0), cv2.Scharr(deep, cv2.CV_32F, 0, 1)) / 16
    lines += np.clip(jump * (14 * width) - 0.25, 0, 1)
    return lines


def palette(canvas: Canvas, number: int, where: Field | None = None) -> Pixels:
    """The main colours (number, 3) of the picture, or of the part of it `where` is true; found on a thumbnail."""
    step = max(canvas.unit // 100, 1)
    small = canvas.pixels[::step, ::step].reshape(-1, 3)
    if where is not None and where[::step, ::step].sum() >= number:
        small = canvas.pixels[::step, ::step][where[::step, ::step]]
    middles = small[:: max(len(small) // number, 1)][:number].copy()
    for _ in range(8):
        best = ((small[:, None] - middles) ** 2).sum(-1).argmin(1)
        for i in range(number):
            if (best == i).any():
                middles[i] = small[best == i].mean(0)
    return middles


def nearest(pixels: Pixels, colours: Pixels) -> Pixels:
    """Every pixel replaced by the nearest of the colours, through a 32-level cube."""
    steps = (np.arange(32, dtype=np.float32) + 0.5) / 32
    cube = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    best = ((cube[:, None] - colours) ** 2).sum(-1).argmin(1)
    level = np.clip(pixels * 32, 0, 31).astype(np.int32)
    return np.asarray(colours[best[(level[..., 0] * 32 + level[..., 1]) * 32 + level[..., 2]]])


def paper(canvas: Canvas, cell: float = 0.006) -> Field:
    """The tooth of a sheet of paper, around 0."""
    return fractal(canvas.rng, canvas.height, canvas.width, max(canvas.unit * cell, 4), 3)


def grain(canvas: Canvas, strength: float) -> None:
    """Film grain, stronger in the mid-tones, of the same size in every picture."""
    cell = canvas.unit / 1024
    size = (max(int(canvas.width / cell), 1), max(int(canvas.height / cell), 1))
    noise: Field = canvas.rng.standard_normal((size[1], size[0]), np.float32)
    if size != (canvas.width, canvas.height):
        noise = cv2.resize(noise, (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR)
    for band in bands(canvas.height):
        tone = luma(canvas.pixels[band])
        canvas.pixels[band] += (noise[band] * strength * (0.35 + 2.6 * tone * (1 - tone)))[..., None]


def bloom(canvas: Canvas, strength: float, above: float = 0.7, sigma: float = 0.02) -> None:
    """Let the brightest parts glow over their edges."""
    half = (max(canvas.width // 2, 1), max(canvas.height // 2, 1))
    bright = np.clip(cv2.resize(canvas.pixels, half, interpolation=cv2.INTER_AREA) - above, 0, 1) / (1 - above)
    bright = cv2.resize(blur(bright, sigma * canvas.unit / 2), (canvas.width, canvas.height))
    for band in bands(canvas.height):
        part = canvas.pixels[band]
        part += (1 - np.clip(part, 0, 1)) * bright[band] * np.float32(strength)


def vignette(canvas: Canvas, strength: float) -> None:
    """Darken the corners a little."""
    y = np.linspace(-1, 1, canvas.height, dtype=np.float32)[:, None] ** 2
    x = np.linspace(-1, 1, canvas.width, dtype=np.float32)[None] ** 2
    canvas.pixels *= (1 - strength * np.clip((x + y) / 2, 0, 1) ** 1.5)[..., None]
