"""What a file tells besides its pixels, as Pillow's writers take it."""

from app.imaging.opened import Opened


def told(opened: Opened, *more: str) -> dict[str, object]:
    """Profile and EXIF, and those of `xmp` and `dpi` that the format takes. What is not there is left out."""
    facts = {"icc_profile": opened.icc, "exif": opened.exif} | {name: getattr(opened, name) for name in more}
    return {name: value for name, value in facts.items() if value}
