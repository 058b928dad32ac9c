"""Opening a file of any kind as pictures. For sandboxed children only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.imaging.bounds import Bounds
from app.imaging.kinds import Kind
from app.imaging.opened import Opened, Size
from app.imaging.sniff import describe, sniff
from app.refusals import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image


def open_picture(
    source: bytes,
    *,
    bounds: Bounds,
    page: int | None = 1,
    dpi: int | None = None,
    moving: bool = False,
    enough: Callable[[Size], Size] | None = None,
) -> Opened:
    """`page` counts pages or frames from 1; None asks for all pages. `moving` asks for all frames of an animation.

    `enough` tells for the size of a picture which size will do: a JPEG is then opened at a half, quarter or eighth of
    its own, no smaller than that, in a fraction of the time.
    `dpi` is for what is drawn: pages (200 unless given) and SVG (its own size unless given). Refuses with
    `not_a_picture`, `unreadable`, `password_needed`, `too_many_pixels`, `out_of_memory`, or `invalid` for the page.
    """
    kind = kind_of(source)
    if kind.document or kind.name == "pdf":
        from app.imaging.documents import settle
        from app.imaging.reading import pdf

        kind = settle(source, bounds=bounds) if kind.document else kind
        return pdf.read(source, kind, bounds=bounds, page=page, dpi=dpi)
    if kind.name in ("svg", "raw"):
        return _single(source, kind, bounds, page, dpi)
    from app.imaging.reading import raster

    return raster.read(source, kind, bounds=bounds, page=page, moving=moving, enough=enough)


def plain(opened: Opened) -> Image:
    """The first frame as 8-bit RGB or RGBA in sRGB, for previews and engines."""
    from app.imaging.reading.modes import srgb

    return srgb(opened.image, opened.icc)


def _single(source: bytes, kind: Kind, bounds: Bounds, page: int | None, dpi: int | None) -> Opened:
    """What has one page."""
    from app.imaging.reading import raw, svg
    from app.imaging.reading.limits import chosen

    chosen(page or 1, 1, "page")
    return svg.read(source, bounds=bounds, dpi=dpi) if kind.name == "svg" else raw.read(source, bounds=bounds)


def kind_of(source: bytes) -> Kind:
    """What the whole file is; refuses what is no picture."""
    kind = sniff(source)
    if kind is None:
        raise Refusal("not_a_picture", f"This is {describe(source)}, not a picture that Limn can read.")
    return kind
