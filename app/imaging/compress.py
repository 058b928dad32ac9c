"""The same picture in fewer bytes. For sandboxed children."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.encode import encode
from app.imaging.kinds import KINDS, Kind
from app.imaging.made import Encoded, Made
from app.imaging.metadata import without
from app.imaging.open import open_picture
from app.imaging.opened import Opened
from app.imaging.results import changed, family, of, whole
from app.imaging.save import ready, write
from app.imaging.writing.palette import indexed
from app.refusals import Refusal

SHRINKABLE = ("jpg", "webp", "avif", "heic", "png", "gif")  # what else there is becomes a PNG
LOWEST, HIGHEST = 20, 95  # qualities tried for a size: below, fewer pixels look better
TRIES = 5
LOSSLESS = 95  # the quality from which a PNG or GIF keeps all its colours
SPARE = 0.95  # how much smaller than computed the next picture is made
LOOKED_AT = 4_000_000  # pixels up to which the result is opened again to be shown
SKETCH = 4  # how many times smaller a picture may be whose colours are chosen
SMALLEST = 16  # pixels of the longer side


class Try(NamedTuple):
    encoded: Encoded
    quality: int
    scale: float = 1.0


def compress(source: bytes, *, bounds: Bounds, target: int | None = None, quality: int = 75) -> Made:
    """At most `target` bytes, or at `quality` where that is None; never more bytes than came in.

    Refuses a target that cannot be reached. The fact `scale` tells by how much the sides had to shrink.
    """
    opened = whole(source, bounds)
    kind = family(opened.kind) if opened.kind.name in SHRINKABLE else KINDS["png"]
    least = without(source, opened, bounds)
    if target is not None and least is not None and len(least.data) <= target:
        return of(source, opened, opened, least, kind, scale=1.0)
    found = _to(opened, kind, target) if target is not None else _at(opened, kind, quality, len(source))
    if least is not None and len(found.encoded.data) >= len(source):
        return of(source, opened, opened, least, kind, scale=1.0)
    shown = _shown(found.encoded, opened, bounds)
    return of(source, opened, shown, found.encoded, kind, scale=round(found.scale, 3), quality=found.quality)


def _shown(encoded: Encoded, opened: Opened, bounds: Bounds) -> Opened:
    """What it looks like now; a large picture looks as before when it is shown small."""
    small = encoded.width * encoded.height <= LOOKED_AT
    return open_picture(encoded.data, bounds=bounds) if small else opened


def _at(opened: Opened, kind: Kind, quality: int, size: int) -> Try:
    """At this quality; if that takes no fewer bytes than there were, at the best that does, or at the lowest."""
    found = Try(_written(opened, kind, quality), quality)
    if len(found.encoded.data) < size or kind is not opened.kind:
        return found
    least = Try(_written(opened, kind, 1), 1)
    return _finest(opened, kind, size - 1, least) if len(least.encoded.data) < size else least


def _to(opened: Opened, kind: Kind, target: int) -> Try:
    """The best quality that fits in `target` bytes; with fewer pixels where the lowest quality does not."""
    scale = 1.0
    picture = opened
    while True:
        lowest = _written(picture, kind, LOWEST)
        if len(lowest.data) <= target:
            return _finest(picture, kind, target, Try(lowest, LOWEST, scale))
        if max(picture.image.size) <= SMALLEST:
            break
        scale *= min((target / len(lowest.data)) ** 0.5 * SPARE, 0.9)
        picture = changed(opened, _scaled(scale))
    kilobytes = -(-len(lowest.data) // 1000)
    raise Refusal("invalid", f"Even as a tiny picture it takes {kilobytes} KB. Allow more.", field="target_kb")


def _finest(picture: Opened, kind: Kind, target: int, best: Try) -> Try:
    low, high = best.quality, HIGHEST
    for _ in range(TRIES):
        middle = (low + high + 1) // 2
        encoded = _written(picture, kind, middle)
        if len(encoded.data) <= target:
            best, low = Try(encoded, middle, best.scale), middle
        else:
            high = middle - 1
        if low >= high:
            break
    return best


def _scaled(scale: float) -> Callable[[Image.Image], Image.Image]:
    def scaled(image: Image.Image) -> Image.Image:
        size = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
        return image.resize(size, Image.Resampling.LANCZOS)

    return scaled


def _written(opened: Opened, kind: Kind, quality: int) -> Encoded:
    if kind.lossy or quality >= LOSSLESS:
        return write(ready(opened, kind), kind, quality=quality)
    colours = max(min(round(256 * quality / 75), 256), 8)
    if kind.name == "gif":
        return write(ready(changed(opened, lambda image: _fewer(image, colours)), kind), kind)
    image = _indexed(ready(opened, kind).image, colours)
    options = {"icc_profile": opened.icc} if opened.icc and opened.image.mode in ("RGB", "RGBA") else {}
    return Encoded(encode(image, "PNG", optimize=True, **options), kind.type, kind.extension, *image.size)


def _fewer(image: Image.Image, colours: int) -> Image.Image:
    return image if colours == 256 else _indexed(image, colours).convert(image.mode)


def _indexed(image: Image.Image, colours: int) -> Image.Image:
    """With a palette of so many colours: the same ones where they are enough."""
    if image.mode in ("LA", "RGBA"):
        return image.convert("RGBA").quantize(colours, Image.Quantize.FASTOCTREE)
    image = image.convert("RGB")
    if image.getcolors(colours) is not None:
        return indexed(image)[0]
    sketch = (
        image.reduce(SKETCH) if min(image.size) > 64 * SKETCH else image
    )  # a huge one has too many colours to count
    palette = sketch.quantize(colours, Image.Quantize.MEDIANCUT)
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
