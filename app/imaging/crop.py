"""A part of a picture: a rectangle, or a shape laid around what stands out. For sandboxed children."""

import cv2
import numpy as np
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.cutout.saliency import Field, unlike_the_rim
from app.imaging.made import Made
from app.imaging.reading.modes import srgb
from app.imaging.results import changed, made, whole
from app.refusals import Refusal

Box = tuple[int, int, int, int]

SEEN = 256  # pixels of the longer side, for finding what stands out
ENDS = (0.03, 0.97)  # of what stands out, the shares that lie above its upper and above its lower end
HEADROOM = 0.08  # of the window
HOMEWARD = 0.15  # how much the middle is preferred, of what the best place holds


def crop(source: bytes, *, bounds: Bounds, box: Box) -> Made:
    """`box` is left, top, width and height in pixels; what sticks out is cut. Refuses one beside the picture."""
    opened = whole(source, bounds)
    left, top, width, height = box
    if left >= opened.image.width or top >= opened.image.height:
        size = f"{opened.image.width:,} × {opened.image.height:,}"
        message = f"The rectangle lies beside the picture, which is {size} pixels. Begin further left or higher."
        raise Refusal("invalid", message, field="x" if left >= opened.image.width else "y")

    def cropped(image: Image.Image) -> Image.Image:
        return image.crop((left, top, min(left + width, image.width), min(top + height, image.height)))

    return made(source, opened, changed(opened, cropped))


def crop_to(source: bytes, *, bounds: Bounds, ratio: float, focus: str = "auto") -> Made:
    """The largest part with this width to height, around what stands out ("auto") or around the middle ("center")."""
    opened = whole(source, bounds)
    part = placed(opened.image, ratio, focus == "auto")
    return made(source, opened, changed(opened, lambda image: image.crop(part)))


def placed(image: Image.Image, ratio: float, automatic: bool) -> Box:
    """Left, top, right, bottom."""
    width = min(image.width, max(round(image.height * ratio), 1))
    height = min(image.height, max(round(image.width / ratio), 1))
    left, top = (image.width - width) // 2, (image.height - height) // 2
    if automatic and (left or top) and min(image.size) >= 16:
        interest = _interest(image)
        if width < image.width:
            left = _best(interest.sum(0), width / image.width, image.width - width)
        else:
            top = _from_the_head(interest, height / image.height, image.height - height)
    return left, top, left + width, top + height


def _interest(image: Image.Image) -> Field:
    """What has detail and other colours than the rim."""
    small = srgb(image, None).convert("RGB")
    small.thumbnail((SEEN, SEEN), Image.Resampling.BOX)
    rgb = np.asarray(small)
    cv2.setRNGSeed(1)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = cv2.GaussianBlur(cv2.magnitude(cv2.Sobel(grey, -1, 1, 0), cv2.Sobel(grey, -1, 0, 1)), (0, 0), 3)
    return np.asarray(unlike_the_rim(rgb) ** 2 * (detail / max(float(detail.max()), 1.0) + 0.2), np.float32)


def _from_the_head(interest: Field, share: float, room: int) -> int:
    """As `_best`; but of something upright that is taller than the window, the upper end stays: heads are there."""
    line = interest[:, interest.shape[1] // 5 : -(interest.shape[1] // 5) or None].sum(1)
    first, last = np.searchsorted(np.cumsum(line) / max(float(line.sum()), 1e-6), ENDS) / len(line)
    if last - first <= share:
        return _best(interest.sum(1), share, room)
    return min(max(round(float(first - HEADROOM * share) / (1 - share) * room), 0), room)


def _best(line: Field, share: float, room: int) -> int:
    """Where a window of `share` of the line holds most, as pixels from the start, of `room`."""
    window = max(round(len(line) * share), 1)
    held = np.convolve(line, np.ones(window), "valid")
    place = np.linspace(-1, 1, len(held)) if len(held) > 1 else np.zeros(1)
    best = int(np.argmax(held - HOMEWARD * held.max() * place**2))
    return round(best / max(len(held) - 1, 1) * room)
