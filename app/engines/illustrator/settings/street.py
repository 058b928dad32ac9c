"""A street: a row of house fronts, each its own colour, a pavement and the road in front."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import floor, glow, sky
from app.engines.illustrator.brushes.noise import fractal
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

FRONTS = ("#c9664f", "#e0a458", "#6f9bb0", "#8fae7e", "#d9c39a", "#b77a8c", "#7c86a8", "#e6d3c0", "#a65f4a")
AWNINGS = ("#c8403a", "#2f7f7a", "#e0a030", "#3f5fa0", "#7a4f8f")


def compose(stage: Stage) -> Place:
    light = stage.light
    base = 0.70
    back: list[Layer] = sky.layers(light, base, stage.scene.weather)
    back.append(partial(_roofs_behind, light=light, base=base))
    back.append(partial(_houses, light=light, base=base))
    back.append(partial(_pavement, light=light, base=base))
    if stage.scene.weather in ("rain", "storm"):
        back.append(partial(floor.shine, horizon=0.80, strength=0.5))
    back.append(partial(_lamps, light=light, base=base + 0.045))
    return Place(back, [], base, 0.92)


def _roofs_behind(canvas: Canvas, light: Light, base: float) -> None:
    x = -0.1 * canvas.unit
    tone = mix(light.haze, mix(light.shade, rgb("#7f88a0"), 0.5), 0.42)
    while x < canvas.width:
        wide, tall = canvas.unit * canvas.rng.uniform(0.1, 0.2), canvas.unit * canvas.rng.uniform(0.34, 0.6)
        canvas.lay(np.ones((int(tall), int(wide)), np.float32), tone, int(base * canvas.height - tall), int(x), 205)
        x += wide * canvas.rng.uniform(0.9, 1.3)


def _houses(canvas: Canvas, light: Light, base: float) -> None:
    x = -canvas.rng.uniform(0, 0.12) * canvas.unit
    last = ""
    while x < canvas.width:
        wide = canvas.unit * canvas.rng.uniform(0.17, 0.27)
        tall = canvas.unit * canvas.rng.uniform(0.36, 0.52)
        paint = str(canvas.rng.choice([c for c in FRONTS if c != last]))
        last = paint
        _front(canvas, light, int(x), int(base * canvas.height), int(wide), int(tall), rgb(paint))
        x += wide


def _front(canvas: Canvas, light: Light, left: int, base: int, wide: int, tall: int, paint: RGB) -> None:
    rng = canvas.rng
    wall = mix(paint * light.ambient, light.shade, 0.62 * light.dark)
    face = np.ones((tall, wide, 3), np.float32) * wall
    face *= (1 + fractal(rng, tall, wide, max(wide * 0.2, 4), 5) * 0.035)[..., None]
    face += np.linspace(0.04, -0.05, tall, dtype=np.float32)[:, None, None]
    face[:, : max(wide // 60, 1)] *= 0.8
    shop = int(tall * 0.24)
    _panes(canvas, face, light, shop)
    _shop(canvas, face, light, shop)
    canvas.lay(np.ones((tall, wide), np.float32), face, base - tall, left, 110)
    _roof(canvas, light, left, base - tall, wide, wall)


def _roof(canvas: Canvas, light: Light, left: int, top: int, wide: int, wall: RGB) -> None:
    rng = canvas.rng
    slate = mix(mix(rgb("#4d4652"), wall, 0.18) * light.ambient, light.shade, 0.6 * light.dark)
    kind, high = rng.random(), int(wide * rng.uniform(0.28, 0.5))
    if kind < 0.6:
        shape = np.array([(0, high), (wide / 2, 0), (wide, high)]) if kind < 0.3 else np.array(
            [(0, high), (wide * 0.12, high * 0.25), (wide * 0.88, high * 0.25), (wide, high)])  # fmt: skip
        mask = np.zeros((high + 1, wide + 1), np.uint8)
        cv2.fillPoly(mask, [np.round(shape * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        canvas.lay(mask.astype(np.float32) / 255, slate, top - high, left, 112)
    trim = max(int(wide * 0.05), 2)
    canvas.lay(np.ones((trim, wide + trim), np.float32), lighter(wall, 0.10), top - trim // 2, left - trim // 2, 108)


def _panes(canvas: Canvas, face: Field, light: Light, shop: int) -> None:
    rng = canvas.rng
    tall, wide = face.shape[:2]
    columns, rows = max(int(wide / (canvas.unit * 0.062)), 2), max(int((tall - shop) / (canvas.unit * 0.085)), 2)
    lamp, glass = rgb("#ffd991"), mix(mix(light.sky[0], light.sky[-1], 0.4), light.shade, 0.25 + 0.4 * light.dark)
    frame = lighter(face[tall // 2, wide // 2], 0.16)
    for row in range(rows):
        for column in range(columns):
            w, h = int(wide / columns * 0.52), int((tall - shop) / rows * 0.62)
            x, y = int((column + 0.24) * wide / columns), int((row + 0.22) * (tall - shop) / rows)
            lit = rng.random() < 0.08 + 0.62 * light.dark
            edge = max(w // 9, 1)
            face[y - edge : y + h + edge, x - edge : x + w + edge] = frame
            pane = np.linspace(0.06, -0.06, h, dtype=np.float32)[:, None, None]
            face[y : y + h, x : x + w] = (lamp * (0.9 if light.dark > 0.3 else 0.75) if lit else glass) + pane
            face[y : y + h, x + w // 2 : x + w // 2 + max(edge // 2, 1)] = frame
            face[y + h + edge : y + h + 2 * edge, x - 2 * edge : x + w + 2 * edge] = lighter(frame, -0.12)


def _shop(canvas: Canvas, face: Field, light: Light, shop: int) -> None:
    """Door and shop window under a striped awning."""
    rng = canvas.rng
    tall, wide = face.shape[:2]
    top = tall - shop
    glass = mix(light.sky[-1], light.shade, 0.35 + 0.25 * light.dark)
    inside = rgb("#ffd184") if light.dark > 0.3 or rng.random() < 0.35 else glass
    frame = mix(rgb(str(rng.choice(AWNINGS))), light.shade, 0.25 + 0.4 * light.dark)
    face[top:] = lighter(frame, -0.06)
    door = int(wide * 0.22)
    at = int(wide * (0.08 if rng.random() < 0.5 else 0.70))
    face[top + int(shop * 0.30) :, at : at + door] = lighter(frame, 0.06)
    face[top + int(shop * 0.38) : top + int(shop * 0.62), at + door // 5 : at + door - door // 5] = inside
    left, right = (at + door + wide // 14, wide - wide // 14) if at < wide // 2 else (wide // 14, at - wide // 14)
    face[top + int(shop * 0.36) : tall - int(shop * 0.16), left:right] = inside
    stripe = ((np.arange(wide) // max(wide // 11, 1)) % 2)[None, :, None]
    cloth = np.where(stripe, lighter(frame, 0.04), mix(rgb("#f7efe2") * light.ambient, light.shade, 0.5 * light.dark))
    face[top : top + int(shop * 0.26)] = cloth
    face[top + int(shop * 0.26) : top + int(shop * 0.32)] *= 0.72


def _pavement(canvas: Canvas, light: Light, base: float) -> None:
    stone = mix(rgb("#b9b1a8") * light.ambient, light.shade, 0.6 * light.dark)
    tar = mix(rgb("#5d5d66") * light.ambient, light.shade, 0.55 * light.dark)
    floor.plain(canvas, base, lighter(stone, 0.02), stone, 0.10)
    floor.plain(canvas, base + 0.10, tar, lighter(tar, -0.05), 0.14)
    kerb = int((base + 0.10) * canvas.height)
    edge = max(int(canvas.unit * 0.012), 2)
    canvas.lay(np.ones((edge, canvas.width), np.float32), lighter(stone, 0.08), kerb - edge, 0)
    canvas.lay(np.full((edge, canvas.width), 0.5, np.float32), light.shade, kerb, 0)
    y, dash = int((base + 0.235) * canvas.height), canvas.unit * 0.16
    thick = max(int(canvas.unit * 0.012), 2)
    for x in np.arange(-dash * float(canvas.rng.random()), canvas.width, dash * 1.8):
        canvas.lay(
            np.full((thick, int(dash)), 0.8, np.float32), mix(rgb("#f2e9d0"), tar, 0.25 + 0.35 * light.dark), y, int(x)
        )


def _lamps(canvas: Canvas, light: Light, base: float) -> None:
    iron = mix(rgb("#2f3238"), light.shade, 0.4)
    thick, tall = max(int(canvas.unit * 0.009), 2), int(canvas.unit * 0.36)
    for at in (0.10, 0.90):
        x, y = int(at * canvas.width), int(base * canvas.height)
        canvas.lay(np.ones((tall, thick), np.float32), iron, y - tall, x - thick // 2, 60)
        canvas.lay(np.ones((thick * 2, thick * 3), np.float32), iron, y - thick * 2, x - thick - thick // 2, 60)
        head = canvas.unit * 0.02
        glow.disc(canvas, x, y - tall, head, rgb("#fff0c4") if light.dark > 0.3 else rgb("#f3efe6"))
        if light.dark > 0.3:
            glow.halo(canvas, x, y - tall, canvas.unit * 0.22, rgb("#ffd48a"), 0.75)
