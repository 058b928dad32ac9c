"""A picture in another size. For sandboxed children."""

from PIL import Image, ImageOps

from app.imaging.bounds import Bounds
from app.imaging.made import Made
from app.imaging.opened import Size
from app.imaging.results import changed, fits, made, whole

CLOSER = 2.0  # how much larger than the result a picture has to be opened, so that it comes out as sharp
GAP = 3.0  # how much larger than needed the first, quick reduction leaves a picture


def resize(
    source: bytes,
    *,
    bounds: Bounds,
    width: int | None = None,
    height: int | None = None,
    percent: float = 100,
    fit: str = "inside",
    enlarge: bool = False,
) -> Made:
    """`percent` counts where neither width nor height is given. `fit` is "inside", "cover" or "exact".

    Unless `enlarge`, the result is no larger than the picture. Refuses one beyond the bounds.
    """

    def wished(size: Size) -> Size:
        return target(size, (width, height), percent, fit, enlarge)

    opened = whole(source, bounds, enough=lambda full: _scaled(wished(full), CLOSER))
    single = len(opened.frames) == 1

    def resized(image: Image.Image) -> Image.Image:
        size = wished(opened.size if single else image.size)
        fits(size, bounds, len(opened.frames))
        return _resized(image, size, fit)

    return made(source, opened, changed(opened, resized))


def target(size: Size, wished: tuple[int | None, int | None], percent: float, fit: str, enlarge: bool) -> Size:
    """The size of the result, in pixels."""
    width, height = wished
    if width and height and fit != "inside":
        share = 1.0 if enlarge else min(1.0, size[0] / width, size[1] / height)
        return _scaled((width, height), share)
    scale = min((side / now for side, now in zip(wished, size, strict=True) if side), default=percent / 100)
    return _scaled(size, scale if enlarge else min(scale, 1.0))


def _scaled(size: Size, scale: float) -> Size:
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _resized(image: Image.Image, size: Size, fit: str) -> Image.Image:
    if size == image.size:
        return image
    if fit == "cover":
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=None if image.mode == "I;16" else GAP)
