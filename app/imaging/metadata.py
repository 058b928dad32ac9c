"""What a file tells besides its pixels: read out, or taken out. For sandboxed children."""

from __future__ import annotations

from app.imaging import results, stripping
from app.imaging.bounds import Bounds
from app.imaging.kinds import Kind
from app.imaging.made import Encoded, Made
from app.imaging.open import kind_of, open_picture
from app.imaging.opened import Opened
from app.imaging.previews import previews
from app.imaging.reading.raster import header
from app.imaging.results import facts, family, of, whole
from app.imaging.telling import UNREADABLE, told

ORIENTATION = 0x0112


def look(source: bytes, *, bounds: Bounds) -> Made:
    """No file: the fact `metadata` holds readable names and values, among them the place in degrees."""
    opened = open_picture(source, bounds=bounds)
    sides = previews(opened, opened)
    about = {**facts(source, opened), "location_removed": False, "metadata": told(source, opened, bounds)}
    return Made([], {name: sides[name] for name in ("before", "thumb")}, about)


def strip(source: bytes, *, bounds: Bounds) -> Made:
    """The file without metadata: the same pixels where the format allows it, else encoded at a high quality."""
    opened = open_picture(source, bounds=bounds)
    least = without(source, opened, bounds)
    if least is None:
        after = whole(source, bounds)
        return results.made(source, after, after, lossless=not family(opened.kind).lossy)
    return of(source, opened, opened, least, opened.kind, lossless=True)


def without(source: bytes, opened: Opened, bounds: Bounds) -> Encoded | None:
    """The file put together again from what makes the picture; None where it has to be encoded anew."""
    kind = kind_of(source)
    if kind.name not in stripping.KEEPERS:
        return None
    data = stripping.rebuilt(source, kind, _orientation(source, kind, bounds))
    return Encoded(data, kind.type, kind.extension, *opened.image.size) if data else None


def _orientation(source: bytes, kind: Kind, bounds: Bounds) -> int:
    """As EXIF says it, 1 to 8; upright if it says so in no way that can be read."""
    try:
        found = header(source, kind, bounds).getexif().get(ORIENTATION, 1)
    except UNREADABLE:
        return 1
    return found if found in range(1, 9) else 1
