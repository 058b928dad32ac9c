"""A given picture as an engine needs it, and back: any mode, any size, its transparency and what stays kept."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageOps

from app.engines.protocol import Painting, PaintRequest, Source, Task
from app.refusals import Refusal

Field = npt.NDArray[Any]
LEAST = 0.02  # strength; below it a picture stays as it is


class Given:
    """A source fitted to the request's size. `rgb` are its bytes, `alpha` its transparency, `hole` where to repaint."""

    def __init__(self, request: PaintRequest, source: Source) -> None:
        _check(source)
        size = (request.width, request.height)
        picture = source.picture
        clear = picture.has_transparency_data
        fitted = _fitted(picture.convert("RGBA" if clear else "RGB"), size, Image.Resampling.LANCZOS)
        self.alpha = fitted.getchannel("A") if clear else None
        self.rgb: Field = np.asarray(_on_paper(fitted) if clear else fitted)
        self.colours: Field = np.asarray(fitted.convert("RGB"))
        self.hole: Field | None = None
        if source.mask is not None:
            self.hole = np.asarray(_fitted(source.mask, size, Image.Resampling.BILINEAR)) >= 128
        self.strength = source.strength

    def finished(self, image: Image.Image) -> Image.Image:
        """The painted picture with what was to stay put back byte for byte, and with its transparency."""
        alpha = self.alpha
        if self.hole is not None:
            image = Image.fromarray(np.where(self.hole[..., None], np.asarray(image), self.colours))
            alpha = alpha and ImageChops.lighter(alpha, Image.fromarray(self.hole).convert("L"))  # opaque where painted
        if alpha is not None:
            image = image.convert("RGBA")
            image.putalpha(alpha)
        return image


def kept(request: PaintRequest) -> list[Painting]:
    """The given picture at the request's size, where so little strength leaves nothing to paint; else nothing."""
    if request.source is None or request.task is not Task.PICTURE or request.source.strength >= LEAST:
        return []
    given = Given(request, request.source)
    image = given.finished(Image.fromarray(given.colours))
    return [Painting(image, request.seed + number, request.style or "") for number in range(request.count)]


def _check(source: Source) -> None:
    if not 0 <= source.strength <= 1:
        raise Refusal("invalid", "The strength lies between 0 and 1.", field="strength")
    if source.mask is None:
        return
    if source.mask.mode != "L":
        raise Refusal("invalid", "The mask has to be a grey picture.", field="mask")
    if source.mask.size != source.picture.size:
        raise Refusal("invalid", "The mask has to be as large as the picture.", field="mask")


def _fitted(picture: Image.Image, size: tuple[int, int], how: Image.Resampling) -> Image.Image:
    return picture if picture.size == size else ImageOps.fit(picture, size, how)


def _on_paper(picture: Image.Image) -> Image.Image:
    """What is transparent gets the mean colour of the rest, so that no style draws its edges too hard."""
    pixels = np.asarray(picture)
    seen = pixels[pixels[..., 3] > 0][:, :3]
    tone = tuple(int(part) for part in seen.mean(0)) if len(seen) else (246, 244, 240)
    paper = Image.new("RGB", picture.size, tone)
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
