"""Everything made of pixels, through Pillow and its plugin for HEIC."""

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from app.imaging.bounds import Bounds
from app.imaging.kinds import Kind
from app.imaging.opened import Frame, Opened, Size
from app.imaging.reading import uncompressed, webp
from app.imaging.reading.about import ORIENTATION, about, exif_of, upright
from app.imaging.reading.limits import chosen, decoding, few, fit, together
from app.imaging.reading.media import largest
from app.imaging.reading.modes import settle

FORMATS = {
    "jpg": ("JPEG", "MPO"),
    "bmp": ("BMP", "DIB"),
    "heic": ("HEIF",),
    "jp2": ("JPEG2000",),
}
Enough = Callable[[Size], Size]

LYING = (5, 6, 7, 8)  # orientations that swap width and height
NEW_SUBFILE_TYPE = 254
SURE_JPEG_2000 = 20_000_000  # pixels that 768 MB hold in one tile, 12 bytes each before they become a picture
UNTIMED = 100  # ms, what browsers give a frame that names none


def read(
    source: bytes, kind: Kind, *, bounds: Bounds, page: int | None, moving: bool, enough: Enough | None = None
) -> Opened:
    with decoding(kind):
        image = header(source, kind, bounds)
        if enough and kind.name == "jpg":
            chosen(page or 1, 1, "frame")
            return _drafted(image, kind, enough)
        frames = _frames(image, kind)
        if moving and len(frames) > 1 and not kind.pages:
            return _animation(image, kind, frames, bounds)
        if page is None and kind.pages:
            return _pages(image, kind, frames, bounds)
        index = chosen(page or 1, len(frames), "page" if kind.pages else "frame")
        return _page(image, kind, frames, index, bounds)


def header(source: bytes, kind: Kind, bounds: Bounds) -> Image.Image:
    """Opened and within bounds, not yet loaded unless it is a still WEBP."""
    if kind.name == "webp":
        fit(*webp.size(source), bounds)
        if webp.is_still(source):
            return webp.decode(source)
    if kind.name == "heic":
        from pillow_heif import register_heif_opener  # loads libheif, which few need

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # `fit` says it better, and for all frames together
    try:
        image = Image.open(BytesIO(source), formats=FORMATS.get(kind.name, (kind.name.upper(),)))
    except Exception:
        fit(*largest(source), bounds)  # what is too large for the library is too large for us
        if kind.name == "heic" and uncompressed.is_one(source):
            return uncompressed.decode(source, bounds)
        raise
    fit(*image.size, bounds)
    Image.MAX_IMAGE_PIXELS = bounds.pixels  # of pictures within pictures
    return image


def _frames(image: Image.Image, kind: Kind) -> Sequence[int]:
    """Where the pages or frames lie. A second picture in a JPEG or HEIC, and the sizes in an ICO, are none."""
    if not (kind.pages or kind.moves or kind.name == "png"):
        return range(1)
    frames = range(int(getattr(image, "n_frames", 1)))
    return [index for index in frames if not index or not _reduced(image, index)] if kind.pages else frames


def _reduced(image: Image.Image, index: int) -> bool:
    """Whether a picture in a TIFF is only a smaller copy, or a mask, of the one before."""
    image.seek(index)
    return bool(image.tag_v2.get(NEW_SUBFILE_TYPE, 0) & 0b101) if isinstance(image, TiffImageFile) else False


def _page(image: Image.Image, kind: Kind, frames: Sequence[int], index: int, bounds: Bounds) -> Opened:
    if len(frames) > 1:
        image.seek(frames[index])
        fit(*image.size, bounds)
    loaded, icc = _load(image)
    own = loaded.copy() if loaded is image and len(frames) > 1 else loaded  # the next page would overwrite it
    return Opened(kind, [Frame(_bare(own))], count=len(frames), icc=icc, **about(image))


def _drafted(image: Image.Image, kind: Kind, enough: Enough) -> Opened:
    """Of a JPEG, as much as is needed."""
    turned = exif_of(image).get(ORIENTATION, 1) in LYING
    full = (image.height, image.width) if turned else image.size
    least = enough(full)
    image.draft(image.mode, least[::-1] if turned else least)
    loaded, icc = _load(image)
    return Opened(kind, [Frame(_bare(loaded))], icc=icc, full=full, **about(image))


def _pages(image: Image.Image, kind: Kind, frames: Sequence[int], bounds: Bounds) -> Opened:
    few(len(frames), bounds, "pages")
    sizes = []
    for frame in frames:
        image.seek(frame)
        sizes.append(image.size)
    together(sizes, bounds)
    opened = _page(image, kind, frames, 0, bounds)
    opened.frames += [_page(image, kind, frames, index, bounds).frames[0] for index in range(1, len(frames))]
    return opened


def _animation(image: Image.Image, kind: Kind, frames: Sequence[int], bounds: Bounds) -> Opened:
    """All frames, each as a whole picture, all of one mode."""
    few(len(frames), bounds, "frames")
    fit(*image.size, bounds, len(frames))
    loop, icc = _loop(image, kind), None
    images, durations = [], []
    for index in frames[1:] if image.info.get("default_image") else frames:
        image.seek(index)
        fit(*image.size, bounds, len(frames))
        loaded, icc = _load(image)
        images.append(_bare(loaded.copy() if loaded is image else loaded))
        durations.append(round(image.info.get("duration") or UNTIMED))
    moving = [Frame(each, duration) for each, duration in zip(_alike(images), durations, strict=True)]
    return Opened(kind, moving, loop, len(frames), icc, **about(image))


def _load(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    try:
        image.load()
    except OSError as error:
        if image.format == "JPEG2000" and image.width * image.height > SURE_JPEG_2000:
            raise MemoryError from error  # OpenJPEG calls it a broken stream
        raise
    upright(image)
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
