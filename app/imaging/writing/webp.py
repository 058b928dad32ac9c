"""WebP, still or moving."""

from app.imaging.encode import encode
from app.imaging.opened import Opened
from app.imaging.writing.told import told

METHOD = 2  # two fifths of method 4's time for 6% more bytes
LOSSLESS = 100
FLAGS, ALPHA = 20, 0x10  # where the header of an animation has its flags, and one of them
OUT_OF_MEMORY = "encoding error 1"  # libwebp's number for it


def write(opened: Opened, quality: int) -> bytes:
    """Lossless at quality 100."""
    options: dict[str, object] = {"quality": quality, "method": METHOD, **told(opened, "xmp")}
    options |= {"lossless": True, "exact": True} if quality == LOSSLESS else {}
    if len(opened.frames) == 1:
        return _encoded(opened, options)
    data = _encoded(opened, options | moving(opened))
    return _see_through(data) if opened.image.mode in ("LA", "RGBA") else data


def _encoded(opened: Opened, options: dict[str, object]) -> bytes:
    try:
        return encode(opened.image, "WEBP", **options)
    except ValueError as error:
        if str(error) == OUT_OF_MEMORY:
            raise MemoryError from error
        raise


def _see_through(data: bytes) -> bytes:
    """With the header saying so: libwebp crops frames to what is opaque, and then finds nothing to be see-through."""
    return data[:FLAGS] + bytes([data[FLAGS] | ALPHA]) + data[FLAGS + 1 :]


def moving(opened: Opened) -> dict[str, object]:
    """What Pillow takes for an animation."""
    return {
        "save_all": True,
        "append_images": [frame.image for frame in opened.frames[1:]],
        "duration": [frame.duration for frame in opened.frames],
        "loop": opened.loop,
    }
