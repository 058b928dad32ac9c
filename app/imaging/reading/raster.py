"""Everything made of pixels, through Pillow and its plugin for HEIC."""

from io import BytesIO

from PIL import Image, ImageOps

from app.imaging.bounds import Bounds
from app.imaging.kinds import Kind
from app.imaging.opened import Frame, Opened
from app.imaging.reading.about import about
from app.imaging.reading.limits import chosen, decoding, few, fit, together
from app.imaging.reading.media import largest
from app.imaging.reading.modes import settle

FORMATS = {
    "jpg": ("JPEG", "MPO"),
    "bmp": ("BMP", "DIB"),
    "heic": ("HEIF",),
    "jp2": ("JPEG2000",),
}
UNTIMED = 100  # ms, what browsers give a frame that names none


def read(source: bytes, kind: Kind, *, bounds: Bounds, page: int | None, moving: bool) -> Opened:
    with decoding(kind):
        image = header(source, kind, bounds)
        count = _count(image, kind)
        if moving and count > 1 and (kind.moves or kind.name == "png"):
            return _animation(image, kind, count, bounds)
        if page is None and kind.pages:
            return _pages(image, kind, count, bounds)
        return _page(image, kind, count, chosen(page or 1, count, "page" if kind.pages else "frame"), bounds)


def header(source: bytes, kind: Kind, bounds: Bounds) -> Image.Image:
    """Opened, not loaded, and within bounds."""
    if kind.name in ("heic", "avif"):
        fit(*largest(source), bounds)
    if kind.name == "heic":
        from pillow_heif import register_heif_opener  # loads libheif, which few need

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # `fit` says it better, and for all frames together
    image = Image.open(BytesIO(source), formats=FORMATS.get(kind.name, (kind.name.upper(),)))
    fit(*image.size, bounds)
    Image.MAX_IMAGE_PIXELS = bounds.pixels  # of pictures within pictures
    return image


def _count(image: Image.Image, kind: Kind) -> int:
    """A second picture in a JPEG or HEIC, and the sizes in an ICO, are no pages."""
    return int(getattr(image, "n_frames", 1)) if kind.pages or kind.moves or kind.name == "png" else 1


def _page(image: Image.Image, kind: Kind, count: int, index: int, bounds: Bounds) -> Opened:
    if index:
        image.seek(index)
        fit(*image.size, bounds)
    upright, icc = _load(image)
    return Opened(kind, [Frame(_bare(upright))], count=count, icc=icc, **about(image))


def _pages(image: Image.Image, kind: Kind, count: int, bounds: Bounds) -> Opened:
    few(count, bounds, "pages")
    sizes = []
    for index in range(count):
        image.seek(index)
        sizes.append(image.size)
    together(sizes, bounds)
    opened = _page(image, kind, count, 0, bounds)
    opened.frames += [_page(image, kind, count, index, bounds).frames[0] for index in range(1, count)]
    return opened


def _animation(image: Image.Image, kind: Kind, count: int, bounds: Bounds) -> Opened:
    """All frames, each as a whole picture, all of one mode."""
    few(count, bounds, "frames")
    fit(*image.size, bounds, count)
    loop, icc = _loop(image, kind), None
    images, durations = [], []
    for index in range(1 if image.info.get("default_image") else 0, count):
        image.seek(index)
        fit(*image.size, bounds, count)
        loaded, icc = _load(image)
        images.append(_bare(loaded.copy() if loaded is image else loaded))
        durations.append(round(image.info.get("duration") or UNTIMED))
    frames = [Frame(each, duration) for each, duration in zip(_alike(images), durations, strict=True)]
    return Opened(kind, frames, loop, count, icc, **about(image))


def _load(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return settle(image)


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels without anything that could be written along with them."""
    return Image.Image()._new(image.im)


def _alike(images: list[Image.Image]) -> list[Image.Image]:
    modes = {image.mode for image in images}
    if len(modes) == 1:
        return images
    mode = "RGBA" if modes & {"LA", "RGBA"} else "RGB"
    return [image.convert(mode) for image in images]


def _loop(image: Image.Image, kind: Kind) -> int:
    """A GIF that says nothing plays once, an AVIF for ever."""
    return int(image.info.get("loop", 1 if kind.name == "gif" else 0))
