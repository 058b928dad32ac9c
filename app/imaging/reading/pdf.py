"""Pages of PDF, and of office documents by way of it, drawn by PDFium."""

from contextlib import closing
from math import ceil, floor, sqrt

import pypdfium2
from PIL.Image import Image
from pypdfium2 import raw as pdfium

from app.imaging.bounds import Bounds
from app.imaging.kinds import Kind
from app.imaging.opened import Frame, Opened
from app.imaging.reading.limits import chosen, decoding, few
from app.refusals import Refusal

POINTS = 72  # an inch
DPI = 200
LEAST = 72  # to which the resolution of many pages may sink


def read(source: bytes, kind: Kind, *, bounds: Bounds, page: int | None, dpi: int | None) -> Opened:
    """On white, with forms and annotations, at DPI unless asked otherwise; all pages at less where only that fits."""
    if kind.document:
        from app.imaging.documents import to_pdf

        source = to_pdf(source, kind, bounds=bounds)
    with decoding(kind), closing(_open(source)) as document:
        count = len(document)
        if page is None:
            few(count, bounds, "pages")
        pages = range(count) if page is None else [chosen(page, count, "page")]
        sizes = [document.get_page_size(index) for index in pages]
        given = dpi or min(DPI, max(LEAST, _fitting(sizes, DPI, bounds)) if len(sizes) > 1 else DPI)
        _fit(sizes, given, bounds)
        frames = [Frame(_draw(document[index], given)) for index in pages]
    return Opened(kind, frames, count=count, dpi=(given, given))


def _open(source: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            message = "This PDF is locked with a password. Save a copy without one and retry."
            raise Refusal("password_needed", message) from error
        raise
    if len(document) < 1:
        raise Refusal("unreadable", "This PDF has no pages.")
    document.init_forms()
    return document


def _fit(sizes: list[tuple[float, float]], dpi: int, bounds: Bounds) -> None:
    """Refuses pages that come out too large, naming the resolution at which they would fit."""
    pixels, side = _extent(sizes, dpi)
    if pixels <= bounds.pixels and side <= bounds.side:
        return
    fits = _fitting(sizes, dpi, bounds)
    what = "This page" if len(sizes) == 1 else f"These {len(sizes):,} pages together"
    would = f"at {fits} dpi it would fit" if fits else "it would not fit at any resolution"
    message = (
        f"{what} would have {pixels / 1e6:,.1f} million pixels at {dpi} dpi, {side:,} on the longest side."
        f" {bounds.pixels / 1e6:,.0f} million and {bounds.side:,} are the most: {would}."
    )
    raise Refusal("too_many_pixels", message, pixels=pixels, limit_pixels=bounds.pixels, dpi=dpi, fitting_dpi=fits)


def _fitting(sizes: list[tuple[float, float]], dpi: int, bounds: Bounds) -> int:
    """The resolution at which the pages would fit, given one to measure them at; a little less, for rounding."""
    pixels, side = _extent(sizes, dpi)
    return floor(min(dpi * sqrt(bounds.pixels / pixels), dpi * bounds.side / side) * 0.995)


def _extent(sizes: list[tuple[float, float]], dpi: int) -> tuple[int, int]:
    """Pixels in all, and on the longest side."""
    pixels = sum(_pixels(width, dpi) * _pixels(height, dpi) for width, height in sizes)
    return pixels, max(_pixels(max(size), dpi) for size in sizes)


def _draw(page: pypdfium2.PdfPage, dpi: int) -> Image:
    with closing(page):
        image: Image = page.render(scale=dpi / POINTS, rev_byteorder=True).to_pil()
        return image


def _pixels(points: float, dpi: int) -> int:
    return max(1, ceil(points * dpi / POINTS))
