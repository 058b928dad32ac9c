"""Looking at a picture: what it is about, and how its parts lie one behind the other. Guesses, from colour alone."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import SUBJECT, Canvas
from app.engines.illustrator.colour import Field, Pixels, oklab
from app.engines.illustrator.styles import tools

SMALL = 224  # pixels along the longer side: forms are found there, edges are found again at full size
PARTS = 10
SKY = 255
BORDERS = 5  # colours that stand for what surrounds the subject


def look(canvas: Canvas, flat: bool = False) -> None:
    """Set the canvas's depth from its pixels: the subject at SUBJECT, far parts high, sky farthest.

    Depth jumps only where colours do; with `flat` every part is one plane.
    """
    scale = SMALL / max(canvas.width, canvas.height)
    size = max(round(canvas.width * scale), 8), max(round(canvas.height * scale), 8)
    small = cv2.resize(canvas.pixels, size, interpolation=cv2.INTER_AREA)
    subject = _subject(small)
    planes = _planes(small)
    guide = tools.bytes_of(canvas.pixels)
    canvas.depth = _enlarged(planes, guide)
    if not flat:
        soft = _guided(planes.astype(np.float32), guide, 25, 2e-3)
        canvas.depth[canvas.depth < SKY] = np.clip(soft, 40, SKY - 1)[canvas.depth < SKY]
    canvas.depth[_edged(subject, guide) > 0.5] = SUBJECT


def _subject(small: Pixels) -> Field:
    """Where the subject probably is (0 or 1): unlike the borders, near the middle, then cut out along its edges."""
    likely = _stands_out(small)
    high, low = np.quantile(likely, (0.80, 0.35))
    guess = np.where(likely > high, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    guess[likely < low] = cv2.GC_BGD
    if not (guess == cv2.GC_PR_FGD).any() or small.std() < 0.02:
        return np.zeros(small.shape[:2], np.float32)
    cv2.setRNGSeed(1)
    model, other = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(tools.bytes_of(small), guess, (0, 0, 1, 1), model, other, 4, cv2.GC_INIT_WITH_MASK)
    found = ((guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD)).astype(np.uint8)
    return _whole(found)


def _stands_out(small: Pixels) -> Field:
    """How unlike the borders each place is, weighed towards the middle (0..1)."""
    height, width = small.shape[:2]
    lab = oklab(cv2.bilateralFilter(small, 7, 0.12, 4))
    rim = max(min(height, width) // 14, 2)
    edge = np.concatenate([lab[:, :rim].reshape(-1, 3), lab[:, -rim:].reshape(-1, 3), lab[:rim].reshape(-1, 3)])
    _, middles = _clusters(edge, BORDERS)
    apart = np.sqrt(((lab[:, :, None] - middles) ** 2).sum(-1)).min(-1)
    apart = tools.blur(apart.astype(np.float32), 2.0)
    tone = tools.luma(small)
    sharp = tools.blur(np.abs(tone - tools.blur(tone, 2.0)), 5.0)
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    middle = np.exp(-((x / 0.6) ** 2) - ((y - 0.08) / 0.8) ** 2)
    likely = (apart / (apart.max() + 1e-6) + 0.6 * sharp / (sharp.max() + 1e-6)) * middle
    return np.asarray(likely / (likely.max() + 1e-6), np.float32)


def _whole(found: Field) -> Field:
    """Its larger pieces, without holes and threads."""
    round_brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    found = cv2.morphologyEx(cv2.morphologyEx(found, cv2.MORPH_CLOSE, round_brush), cv2.MORPH_OPEN, round_brush)
    number, pieces, facts, _ = cv2.connectedComponentsWithStats(found)
    areas = facts[1:, cv2.CC_STAT_AREA]
    if number < 2 or areas.max() < 0.01 * found.size:
        return np.zeros(found.shape, np.float32)
    kept = [i + 1 for i, area in enumerate(areas) if area > 0.25 * areas.max()]
    return np.isin(pieces, kept).astype(np.float32)


def _planes(small: Pixels) -> Field:
    """Parts of like colour and place, each at the depth of its height in the picture; bright smooth tops are sky."""
    height, width = small.shape[:2]
    lab = oklab(cv2.bilateralFilter(small, 9, 0.15, 5))
    y = np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, 1)
    x = np.repeat(np.linspace(0, 1, width, dtype=np.float32)[None], height, 0)
    facts = np.dstack([lab * (1, 1.6, 1.6), y * 0.30, x * 0.15]).reshape(-1, 5).astype(np.float32)
    labels, _ = _clusters(facts, PARTS)
    part = cv2.medianBlur(labels.reshape(height, width).astype(np.uint8), 5)
    depth = np.zeros((height, width), np.uint8)
    rank = np.argsort(np.argsort([-float(y[part == i].mean()) if (part == i).any() else 0.0 for i in range(PARTS)]))
    for i in range(PARTS):
        where = part == i
        sky = where.any() and y[where].mean() < 0.34 and where[0].mean() > 0.2 and lab[where][:, 0].mean() > 0.62
        depth[where] = SKY if sky else 45 + int(rank[i]) * 190 // PARTS
    return depth


def _clusters(facts: Field, number: int) -> tuple[Field, Field]:
    """Which of `number` clusters each row of facts belongs to, and their middles; the same every time."""
    cv2.setRNGSeed(1)
    rule = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 1e-3)
    start = np.zeros((len(facts), 1), np.int32)
    _, labels, middles = cv2.kmeans(
        np.ascontiguousarray(facts, np.float32), number, start, rule, 2, cv2.KMEANS_PP_CENTERS
    )
    return np.asarray(labels), np.asarray(middles)


def _enlarged(planes: Field, guide: Field) -> Field:
    """The planes at full size: borders rounded, never stepped."""
    size = (guide.shape[1], guide.shape[0])
    best: Field = np.zeros(guide.shape[:2], np.float32)
    depth = np.zeros(guide.shape[:2], np.uint8)
    for level in np.unique(planes):
        share: Field = cv2.resize((planes == level).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
        depth[share > best] = level
        np.maximum(best, share, out=best)
    return depth


def _edged(subject: Field, guide: Field) -> Field:
    """The subject's mask at full size: sure inside and outside, and along its rim drawn to the picture's edges."""
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    size = (guide.shape[1], guide.shape[0])
    inner, outer = (cv2.resize(change(subject, brush), size) for change in (cv2.erode, cv2.dilate))
    return np.asarray(np.clip(np.maximum(_guided(subject, guide, 9, 4e-4), inner), 0, outer), np.float32)


def _guided(field: Field, guide: Field, reach: int, slack: float) -> Field:
    """A small field at the size of the picture, smooth but for the picture's own edges (a guided filter)."""
    size = (guide.shape[1], guide.shape[0])
    tone = cv2.cvtColor(cv2.resize(guide, field.shape[::-1], interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    grey = tone.astype(np.float32) / 255
    box = (reach, reach)
    mean, kept = cv2.blur(grey, box), cv2.blur(field, box)
    slope: Field = (cv2.blur(grey * field, box) - mean * kept) / (cv2.blur(grey * grey, box) - mean * mean + slack)
    offset = kept - slope * mean
    steep, base = (cv2.resize(cv2.blur(part, box), size) for part in (slope, offset))
    full = cv2.cvtColor(guide, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    return np.asarray(steep * full + base, np.float32)
