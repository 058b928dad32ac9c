"""What every operation does alike: opens a picture whole, hands back the file, what to show, and the facts."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS, Kind
from app.imaging.made import Encoded, Fact, Made
from app.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from app.imaging.opened import Opened, Size

GPS = 0x8825
CLOSE = {"jpg": 92, "webp": 90, "heic": 70, "avif": 75}  # qualities at which a second encoding is hardly seen


def family(kind: Kind) -> Kind:
    """The kind a result is written in: the one it came in; PNG for what is only read or has no pixels of its own."""
    return kind if kind.written and not kind.drawn else KINDS["png"]


def whole(source: bytes, bounds: Bounds, enough: Callable[[Size], Size] | None = None) -> Opened:
    """Opened with every frame, and every page where the result can have them too; `enough` as in `open_picture`."""
    from app.imaging.open import kind_of, open_picture

    page = None if family(kind_of(source)).pages else 1
    return open_picture(source, bounds=bounds, page=page, moving=True, enough=enough)


def changed(opened: Opened, work: Callable[[Image], Image]) -> Opened:
    """With the same done to every frame."""
    return replace(opened, frames=[frame._replace(image=work(frame.image)) for frame in opened.frames])


def fits(size: tuple[int, int], bounds: Bounds, frames: int = 1) -> None:
    """Refuses a result that would be larger than the bounds."""
    width, height = size
    if max(size) > bounds.side or width * height * frames > bounds.pixels:
        message = (
            f"The result would be {width:,} × {height:,} pixels{f' in {frames:,} frames' if frames > 1 else ''}; "
            f"{bounds.side:,} a side and {bounds.pixels // 1_000_000:,} million together are the most. "
            "Choose a smaller size."
        )
        raise Refusal("too_many_pixels", message, width=width, height=height, limit_pixels=bounds.pixels)


def made(source: bytes, opened: Opened, after: Opened, background: str = "#ffffff", **more: Fact) -> Made:
    """One file of `after`, in the family of what was opened, at a high quality. Metadata stays behind."""
    from app.imaging.save import save

    kind = family(opened.kind)
    encoded = save(after, kind, quality=CLOSE.get(kind.name), background=background)
    return of(source, opened, after, encoded, kind, **more)


def of(source: bytes, opened: Opened, after: Opened | Image, encoded: Encoded, kind: Kind, **more: Fact) -> Made:
    """As `made`, of a file that is written already. `opened` is what came in."""
    from app.imaging.previews import previews

    sides = previews(opened, after, shown=kind.shown)
    return Made([encoded], sides, facts(source, opened) | {"format_out": kind.title} | more)


def before(opened: Opened) -> dict[str, Encoded]:
    """Only what came in, as a browser shows it."""
    from app.imaging.previews import previews

    return {"before": previews(opened, opened)["before"]}


def facts(source: bytes, opened: Opened) -> dict[str, Fact]:
    about: dict[str, Fact] = {
        "format_in": opened.kind.title,
        "width_in": opened.size[0],
        "height_in": opened.size[1],
        "bytes_in": len(source),
        "location_removed": _has_location(opened),
    }
    return about | ({"pages_in": opened.count} if opened.count > 1 else {})


def _has_location(opened: Opened) -> bool:
    from PIL import Image

    if not opened.exif:
        return False
    exif = Image.Exif()
    try:
        exif.load(opened.exif)
        return bool(exif.get_ifd(GPS))
    except (SyntaxError, ValueError, OSError, KeyError, struct.error):  # damaged: nobody can read a place out of it
        return False
