"""The kinds of file there are, each described once."""

from typing import NamedTuple


class Kind(NamedTuple):
    """`name` as in options and addresses, `title` as people write it. What is not `written` is only read."""

    name: str
    title: str
    type: str  # as in Content-Type
    extension: str
    written: bool = False
    lossy: bool = False  # has a quality
    alpha: bool = True  # can be transparent
    moves: bool = False  # can hold an animation
    pages: bool = False  # can hold more than one page
    drawn: bool = False  # has no pixels of its own: drawn at a resolution
    shown: bool = False  # by every browser
    document: bool = False  # needs LibreOffice


KINDS = {
    kind.name: kind
    for kind in (
        Kind("png", "PNG", "image/png", "png", written=True, shown=True),
        Kind("jpg", "JPG", "image/jpeg", "jpg", written=True, lossy=True, alpha=False, shown=True),
        Kind("webp", "WEBP", "image/webp", "webp", written=True, lossy=True, moves=True, shown=True),
        Kind("gif", "GIF", "image/gif", "gif", written=True, moves=True, shown=True),
        Kind("bmp", "BMP", "image/bmp", "bmp", written=True, alpha=False),
        Kind("tiff", "TIFF", "image/tiff", "tiff", written=True, pages=True),
        Kind("heic", "HEIC", "image/heic", "heic", written=True, lossy=True),
        Kind("avif", "AVIF", "image/avif", "avif", written=True, lossy=True, moves=True),
        Kind("svg", "SVG", "image/svg+xml", "svg", written=True, drawn=True),
        Kind("pdf", "PDF", "application/pdf", "pdf", written=True, pages=True, drawn=True),
        Kind("jp2", "JPEG 2000", "image/jp2", "jp2"),
        Kind("ico", "ICO", "image/vnd.microsoft.icon", "ico"),
        Kind("tga", "TGA", "image/x-tga", "tga"),
        Kind("psd", "PSD", "image/vnd.adobe.photoshop", "psd"),
        Kind("ppm", "PPM", "image/x-portable-pixmap", "ppm", alpha=False),
        Kind("raw", "camera RAW", "image/x-dcraw", "dng", alpha=False),
        *(
            Kind(name, title, type_, name, pages=True, drawn=True, document=True)
            for name, title, type_ in (
                ("doc", "Word", "application/msword"),
                ("docx", "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                ("odt", "OpenDocument text", "application/vnd.oasis.opendocument.text"),
                ("rtf", "RTF", "application/rtf"),
                ("xls", "Excel", "application/vnd.ms-excel"),
                ("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("ods", "OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet"),
                ("ppt", "PowerPoint", "application/vnd.ms-powerpoint"),
                ("pptx", "PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
                ("odp", "OpenDocument slides", "application/vnd.oasis.opendocument.presentation"),
            )
        ),
    )
}
WRITTEN = tuple(kind for kind in KINDS.values() if kind.written)
