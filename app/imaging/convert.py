"""A file of one kind into another. For sandboxed children."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS, Kind
from app.imaging.made import Encoded, Made
from app.imaging.open import kind_of, open_picture
from app.imaging.opened import Opened
from app.imaging.results import of
from app.imaging.save import TELLING, ready, write
from app.imaging.writing.target import within

LOOKED_AT = 4_000_000  # pixels up to which the result is opened again to be shown; larger ones look alike when small


@dataclass(frozen=True)
class Wishes:
    """As the tool's Params describe them; `page` 0 stands for all."""

    kind: Kind
    quality: int | None
    background: str
    page: int | None
    dpi: int | None
    moving: bool
    keep: bool
    limit: int | None


def convert(
    source: bytes,
    *,
    bounds: Bounds,
    option: str,
    quality: int | None = None,
    background: str = "#ffffff",
    page: int | None = None,
    dpi: int | None = None,
    animation: str = "keep",
    metadata: str = "strip",
    target_kb: int | None = None,
) -> Made:
    """`option` names the kind to write. `page` counts from 1, 0 asks for all of them.

    Refuses what cannot be opened, and with `invalid` for `target_kb` what cannot be made so small.
    """
    limit = target_kb * 1000 if target_kb else None
    wishes = Wishes(KINDS[option], quality, background, page, dpi, animation == "keep", metadata == "keep", limit)
    kind = kind_of(source)
    if kind.document and wishes.kind.name == "pdf":
        return _printed(source, kind, wishes, bounds)
    opened = _opened(source, wishes, bounds)
    parts = [ready(part, wishes.kind, background) for part in _parts(opened, wishes.kind)]
    files = [_written(source, part, wishes, bounds) for part in parts]
    encoded = files[0] if len(files) == 1 else _zipped(files)
    shown = _shown(files[0], parts[0], wishes.kind, bounds)
    kept = {"location_removed": False} if wishes.keep and _tells(opened, wishes.kind) else {}
    return of(source, opened, shown, encoded, wishes.kind, **kept)


def _printed(source: bytes, kind: Kind, wishes: Wishes, bounds: Bounds) -> Made:
    """A document as PDF keeps its text."""
    from app.imaging.documents import to_pdf
    from app.imaging.writing.paper import cleaned

    pdf = to_pdf(source, kind, bounds=bounds)
    opened = open_picture(pdf, bounds=bounds, page=wishes.page or 1, dpi=wishes.dpi)
    data = cleaned(pdf, page=wishes.page, keep=wishes.keep)
    encoded = Encoded(data, wishes.kind.type, wishes.kind.extension, *opened.image.size)
    if wishes.limit is not None:
        encoded = within(wishes.limit, wishes.kind, lambda _quality: encoded)
    return of(source, replace(opened, kind=kind), opened, encoded, wishes.kind)


def _opened(source: bytes, wishes: Wishes, bounds: Bounds) -> Opened:
    if wishes.page:
        return open_picture(source, bounds=bounds, page=wishes.page, dpi=wishes.dpi)
    every = wishes.page == 0
    page = None if every or wishes.kind.pages else 1
    moving = every or (wishes.kind.moves and wishes.moving)
    return open_picture(source, bounds=bounds, page=page, dpi=wishes.dpi, moving=moving)


def _parts(opened: Opened, kind: Kind) -> list[Opened]:
    """What goes into one file each."""
    moves = all(frame.duration for frame in opened.frames)
    if kind.pages or (kind.moves and moves):
        return [opened]
    return [replace(opened, frames=[frame]) for frame in opened.frames]


def _written(source: bytes, part: Opened, wishes: Wishes, bounds: Bounds) -> Encoded:
    kind, limit = wishes.kind, wishes.limit
    data = _as_it_is(source, part, wishes, bounds)
    if data is not None and (limit is None or len(data) <= limit):
        return Encoded(data, kind.type, kind.extension, *part.image.size)

    def at(quality: int | None) -> Encoded:
        return write(part, kind, quality=quality, keep=wishes.keep)

    return at(wishes.quality) if limit is None else within(limit, kind, at, wishes.quality)


def _as_it_is(source: bytes, part: Opened, wishes: Wishes, bounds: Bounds) -> bytes | None:
    """A JPEG goes into a PDF as it was compressed, a drawing stays a drawing."""
    way = (part.kind.name, wishes.kind.name)
    if way == ("jpg", "pdf"):
        from app.imaging.writing.pdf import embed

        return embed(source, part, keep=wishes.keep)
    if way == ("svg", "svg"):
        from app.imaging.writing.drawing import cleaned

        return cleaned(source, bounds, keep=wishes.keep)
    return None


def _zipped(files: list[Encoded]) -> Encoded:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for number, file in enumerate(files, start=1):
            archive.writestr(ZipInfo(f"page-{number:02}.{file.extension}"), file.data)
    return Encoded(out.getvalue(), "application/zip", "zip", files[0].width, files[0].height)


def _tells(opened: Opened, kind: Kind) -> bool:
    return kind.name in TELLING or (opened.kind.name, kind.name) == ("jpg", "pdf")


def _shown(encoded: Encoded, after: Opened, kind: Kind, bounds: Bounds) -> Opened:
    """What the result looks like: opened again where it changed and that can be seen."""
    changes = kind.lossy or kind.name in ("gif", "svg")
    if not changes or encoded.width * encoded.height > LOOKED_AT:
        return after
    return open_picture(encoded.data, bounds=bounds)
