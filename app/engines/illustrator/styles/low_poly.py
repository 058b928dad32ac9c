"""Low poly: the picture cut into triangles, small along edges and large in calm areas."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

POINTS = 2600


def facet(canvas: Canvas) -> None:
    """Triangulate points drawn to the edges; each triangle takes the colour of its middle."""
    points = _points(canvas)
    area = cv2.Subdiv2D((0, 0, canvas.width, canvas.height))
    area.insert(points.tolist())
    triangles = np.asarray(area.getTriangleList(), np.float32).reshape(-1, 3, 2)
    inside = ((triangles >= 0) & (triangles <= (canvas.width, canvas.height))).all((1, 2))
    soft = tools.blur(canvas.pixels, canvas.unit * 0.004)
    picture = tools.bytes_of(soft)
    middles = triangles.mean(1).astype(np.int32)
    for triangle, (x, y) in zip(triangles[inside], middles[inside], strict=True):
        shade = (triangle[1, 0] - triangle[0, 0]) * (triangle[2, 1] - triangle[0, 1])
        tilt = 1 + 0.05 * np.sin(float(shade) * 12.9898 / canvas.unit)
        colour = soft[min(y, canvas.height - 1), min(x, canvas.width - 1)] * 255 * tilt
        corners = np.round(triangle * 16).astype(np.int32)
        cv2.fillConvexPoly(picture, corners, colour.clip(0, 255).tolist(), cv2.LINE_AA, 4)
    canvas.pixels = picture.astype(np.float32) / 255


def _points(canvas: Canvas) -> Field:
    lines = tools.blur(np.clip(tools.edges(canvas, max(canvas.unit * 0.003, 1)), 0, 1), canvas.unit * 0.004)
    number = int(POINTS * canvas.width * canvas.height / canvas.unit**2)
    spots = canvas.rng.random((number * 6, 2), np.float32) * (canvas.width - 1, canvas.height - 1)
    weight = lines[spots[:, 1].astype(int), spots[:, 0].astype(int)] + 0.035
    keep = canvas.rng.random(len(spots)) < weight * 0.8
    rim_x = np.linspace(0, canvas.width - 1, 14, dtype=np.float32)
    rim_y = np.linspace(0, canvas.height - 1, 14, dtype=np.float32)
    rims = [np.stack([rim_x, np.full(14, edge)], -1) for edge in (0, canvas.height - 1)]
    rims += [np.stack([np.full(14, edge), rim_y], -1) for edge in (0, canvas.width - 1)]
    return np.concatenate([spots[keep][:number], *rims]).astype(np.float32)


LAYERS: tuple[Layer, ...] = (facet,)
