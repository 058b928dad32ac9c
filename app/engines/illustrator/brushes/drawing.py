"""Drawings set into a scene: rendered sharp at their size, lit by its light, standing in their own shadow."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
import resvg_py
from PIL import Image

from app.engines.illustrator.canvas import Canvas
from app.engines.illustrator.colour import Field, Pixels
from app.engines.illustrator.light import Light


@dataclass(frozen=True)
class Figure:
    """A drawing as pixels: straight colour (h, w, 3) and cover (h, w), cropped to what is drawn."""

    colour: Pixels
    cover: Field


def render(svg: str, size: int) -> Figure:
    """Render an SVG `size` pixels wide, at its own proportions, and crop it to its ink."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, skip_system_fonts=True)
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.float32) / 255
    cover = pixels[..., 3]
    rows, columns = np.flatnonzero(cover.max(1) > 0.05), np.flatnonzero(cover.max(0) > 0.05)
    if not len(rows):
        return Figure(pixels[..., :3], cover)
    cut = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Figure(np.ascontiguousarray(pixels[cut][..., :3]), np.ascontiguousarray(cover[cut]))


def shrunk(figure: Figure, share: float) -> Figure:
    """The figure at a smaller size."""
    size = max(int(figure.cover.shape[1] * share), 2), max(int(figure.cover.shape[0] * share), 2)
    colour, cover = (cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (figure.colour, figure.cover))
    return Figure(np.asarray(colour, np.float32), np.asarray(cover, np.float32))


def flipped(figure: Figure) -> Figure:
    """The figure facing the other way."""
    return Figure(np.ascontiguousarray(figure.colour[:, ::-1]), np.ascontiguousarray(figure.cover[:, ::-1]))


def stand(canvas: Canvas, figure: Figure, x: float, y: float, light: Light, depth: int, haze: float = 0.0) -> None:
    """Put the figure's feet at (x, y) pixels, on land, with the shadows it throws."""
    height, width = figure.cover.shape
    cast(canvas, figure, x, y, light)
    contact(canvas, x, y, width, light)
    canvas.lay(figure.cover, lit(figure, light, haze), int(y - height), int(x - width / 2), depth)


def put(canvas: Canvas, figure: Figure, x: float, y: float, light: Light, depth: int, haze: float = 0.0) -> None:
    """Put the figure's lower edge at (x, y) pixels, with no shadow: it flies, or rests on something drawn before."""
    height, width = figure.cover.shape
    canvas.lay(figure.cover, lit(figure, light, haze), int(y - height), int(x - width / 2), depth)


def lit(figure: Figure, light: Light, haze: float = 0.0) -> Pixels:
    """The figure's colours under the light: tinted by the air, brighter towards the sun, faded by distance."""
    height, width = figure.cover.shape
    across = np.linspace(-1, 1, width, dtype=np.float32)[None] * np.sign(light.x - 0.5)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    key = (1 + 0.14 * (1 - light.soft) * (across * 0.8 - down * 0.4))[..., None]
    colour = figure.colour * light.ambient * key
    colour += _rim(figure, light)[..., None] * light.sun
    return np.asarray(colour + (light.haze - colour) * haze, np.float32)


def _rim(figure: Figure, light: Light) -> Field:
    reach = max(2.0, figure.cover.shape[0] * 0.018)
    place = np.array([[1, 0, reach * np.sign(light.x - 0.5)], [0, 1, -reach]], np.float32)
    size = (figure.cover.shape[1], figure.cover.shape[0])
    ahead = cv2.warpAffine(figure.cover, place, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    strength = 0.28 * (1 - light.soft) * (1 - 0.4 * light.dark)
    return np.asarray(np.clip(figure.cover - ahead, 0, 1) * strength, np.float32)


def cast(canvas: Canvas, figure: Figure, x: float, y: float, light: Light) -> None:
    """The long shadow on the ground: the figure's own outline, laid down away from the light."""
    strength = 0.5 * (1 - light.soft) * (1 - 0.35 * light.dark)
    if strength < 0.04:
        return
    height, width = figure.cover.shape
    tall = max(int(height * light.reach), 2)
    slide = light.lean * tall * 1.3
    room = int(abs(slide)) + width // 4 + 2
    size = (width + 2 * room, tall + 8)
    # The shadow hangs from the feet: its top row is the figure's lowest, its bottom row the head.
    place = np.array([[1, slide / height * -1, room + slide], [0, -tall / height, tall + 2]], np.float32)
    shadow = cv2.warpAffine(figure.cover, place, size, flags=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(shadow, (0, 0), max(width * 0.012, 0.8))
    fade = np.linspace(1, 0.35, size[1], dtype=np.float32)[:, None]
    canvas.lay(shadow * fade * strength, light.shade, int(y) - 3, int(x - width / 2) - room)


def contact(canvas: Canvas, x: float, y: float, width: float, light: Light) -> None:
    """The soft darkness where a thing touches the ground: without it everything floats."""
    rx, ry = width * 0.52, max(width * 0.085, 2)
    top, left, rows, columns = int(y - ry * 1.2), int(x - rx * 1.3), int(ry * 2.4) + 2, int(rx * 2.6) + 2
    dy = (np.arange(rows, dtype=np.float32) + top - y)[:, None] / ry
    dx = (np.arange(columns, dtype=np.float32) + left - x)[None] / rx
    mask = np.clip(1.15 - np.sqrt(dx * dx + dy * dy), 0, 1) ** 1.5 * 0.55
    canvas.lay(mask.astype(np.float32), light.shade, top, left)
