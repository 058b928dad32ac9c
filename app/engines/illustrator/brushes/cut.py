"""Cut paper: flat shapes with the soft shadow each throws on the one below."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas
from app.engines.illustrator.colour import RGB, Field, lighter

SHADOW = np.array([0.08, 0.06, 0.14], np.float32)


def polygon(canvas: Canvas, points: Field) -> Field:
    """A mask (height, width) of the polygon `points` (n, 2) in pixels, with smooth edges."""
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def sheet(canvas: Canvas, mask: Field, colour: RGB, drop: float = 0.010, strength: float = 0.34) -> None:
    """Lay a sheet of paper in the form of `mask`: shadow first, then the sheet, a shade lighter at its top."""
    reach = drop * canvas.unit
    top, left, bottom, right = _box(mask, int(reach * 4) + 2)
    if bottom <= top:
        return
    mask = mask[top:bottom, left:right]
    place = np.array([[1, 0, reach * 0.5], [0, 1, reach]], np.float32)
    shadow = cv2.warpAffine(mask, place, (right - left, bottom - top), borderMode=cv2.BORDER_REPLICATE)
    shadow = cv2.GaussianBlur(shadow, (0, 0), max(reach * 0.8, 0.6))
    canvas.lay(shadow * (1 - mask) * strength, SHADOW, top, left)
    fade = np.linspace(0.022, -0.022, bottom - top, dtype=np.float32)[:, None, None]
    tone = np.repeat(np.clip(lighter(colour, 0) + fade, 0, 1), right - left, 1)
    canvas.lay(mask, tone.astype(np.float32), top, left, depth=60)


def _box(mask: Field, margin: int) -> tuple[int, int, int, int]:
    """Where the mask is not empty, with a margin: top, left, bottom, right."""
    rows, columns = np.flatnonzero(mask.max(1)), np.flatnonzero(mask.max(0))
    if not len(rows):
        return 0, 0, 0, 0
    top, left = max(int(rows[0]) - margin, 0), max(int(columns[0]) - margin, 0)
    return top, left, min(int(rows[-1]) + margin, mask.shape[0]), min(int(columns[-1]) + margin, mask.shape[1])
