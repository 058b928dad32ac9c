"""Low poly: the picture cut into triangles, small along edges and on the subject, large in calm areas."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

POINTS = 3600
RIM = 16


def facet(canvas: Canvas) -> None:
    """Triangulate points drawn to the edges; each triangle is one colour, turned a little to the light or away."""
    triangles = _triangles(canvas)
    soft = tools.blur(canvas.pixels, canvas.unit * 0.0035)
    picture = tools.bytes_of(soft)
    middles = np.clip(triangles.mean(1), 0, (canvas.width - 1, canvas.height - 1)).astype(np.int32)
    tilts = 1 + canvas.rng.uniform(-0.045, 0.045, len(triangles)) * (
        1 + 0.6 * (canvas.depth[middles[:, 1], middles[:, 0]] > 60)
    )
    colours = np.clip(soft[middles[:, 1], middles[:, 0]] * 255 * tilts[:, None], 0, 255)
    corners = np.round(triangles * 16).astype(np.int32)
    for corner, colour in zip(corners, colours.tolist(), strict=True):
        cv2.fillConvexPoly(picture, corner, colour, cv2.LINE_AA, 4)
    tools.take(canvas, picture)
    tools.saturate(canvas, 1.15)
    tools.contrast(canvas, 0.2)


def _triangles(canvas: Canvas) -> Field:
    area = cv2.Subdiv2D((-1, -1, canvas.width + 2, canvas.height + 2))
    area.insert(_points(canvas).tolist())
    triangles = np.asarray(area.getTriangleList(), np.float32).reshape(-1, 3, 2)
    inside = ((triangles >= -1) & (triangles <= (canvas.width + 1, canvas.height + 1))).all((1, 2))
    return triangles[inside]


def _points(canvas: Canvas) -> Field:
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0025, 1)), 0, 1)
    near = tools.subject(canvas).astype(np.float32)
    weight = tools.blur(lines, canvas.unit * 0.0025) * (0.35 + 0.5 * near) + 0.022 + 0.07 * near
    number = int(POINTS * canvas.width * canvas.height / canvas.unit**2)
    spots = canvas.rng.random((number * 8, 2), np.float32) * (canvas.width - 1, canvas.height - 1)
    keep = canvas.rng.random(len(spots)) < weight[spots[:, 1].astype(int), spots[:, 0].astype(int)]
    x, y = np.linspace(0, canvas.width - 1, RIM), np.linspace(0, canvas.height - 1, RIM)
    rims = [np.stack([x, np.full(RIM, edge)], -1) for edge in (0, canvas.height - 1)]
    rims += [np.stack([np.full(RIM, edge), y], -1) for edge in (0, canvas.width - 1)]
    return np.concatenate([spots[keep][:number], *rims]).astype(np.float32)


LAYERS: tuple[Layer, ...] = (facet,)
