"""What a file tells besides its pixels, as Pillow's writers take it."""

from app.imaging.opened import Opened

EXIF = b"Exif\0\0"


def told(opened: Opened, *more: str) -> dict[str, object]:
    """Profile and EXIF, and those of `xmp` and `dpi` that the format takes. What is not there is left out."""
    exif = opened.exif and EXIF + opened.exif.removeprefix(EXIF)
    facts = {"icc_profile": opened.icc, "exif": exif} | {name: getattr(opened, name) for name in more}
    return {name: value for name, value in facts.items() if value}
