"""Saying no from the header, before any pixel is unpacked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from warnings import catch_warnings, simplefilter

from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.kinds import Kind
from app.imaging.sandbox.child import starved
from app.refusals import Refusal

MILLION = 1_000_000


def fit(width: int, height: int, bounds: Bounds, frames: int = 1) -> None:
    """Refuses with `too_many_pixels` what is larger than the bounds."""
    if width < 1 or height < 1:
        raise Refusal("unreadable", "This picture says it is 0 pixels wide or high. The file is damaged.")
    facts = {"width": width, "height": height, "limit_pixels": bounds.pixels, "limit_side": bounds.side}
    if max(width, height) > bounds.side:
        message = (
            f"This picture is {width:,} × {height:,} pixels. A side may have {bounds.side:,} at most: scale it down."
        )
        raise Refusal("too_many_pixels", message, **facts)
    pixels = width * height * frames
    if pixels > bounds.pixels:
        size = f"{width:,} × {height:,}" + (f" pixels × {frames:,} frames" if frames > 1 else "")
        message = (
            f"This picture has {_millions(pixels)} million pixels ({size}). {_millions(bounds.pixels)} million are"
            f" taken at most: scale it down{' or leave frames out' if frames > 1 else ''}."
        )
        raise Refusal("too_many_pixels", message, pixels=pixels, **facts)


def together(sizes: Sequence[tuple[int, int]], bounds: Bounds) -> None:
    """Refuses pages that are each small enough, but too large together."""
    for width, height in sizes:
        fit(width, height, bounds)
    pixels = sum(width * height for width, height in sizes)
    if pixels > bounds.pixels:
        message = (
            f"The {len(sizes):,} pages of this file have {_millions(pixels)} million pixels together."
            f" {_millions(bounds.pixels)} million are taken at most: choose one page, or split the file."
        )
        raise Refusal("too_many_pixels", message, pixels=pixels, limit_pixels=bounds.pixels)


def few(frames: int, bounds: Bounds, what: str) -> None:
    """Refuses more frames or pages (`what`) than the bounds let through."""
    if frames > bounds.frames:
        message = (
            f"This file has {frames:,} {what}. {bounds.frames:,} are taken at most: choose one, or split the file."
        )
        raise Refusal("too_many_pixels", message, frames=frames, limit_frames=bounds.frames)


def chosen(page: int, count: int, what: str) -> int:
    """The index of a 1-based page or frame (`what`); refuses one that the file does not have."""
    if 1 <= page <= count:
        return page - 1
    has = f"one {what}" if count == 1 else f"{count:,} {what}s"
    raise Refusal("invalid", f"There is no {what} {page:,}: this file has {has}.", field="page", pages=count)


@contextmanager
def decoding(kind: Kind) -> Iterator[None]:
    """Turns whatever a decoder throws at a damaged file into `unreadable`."""
    try:
        with catch_warnings():
            simplefilter("ignore")
            simplefilter("error", Image.DecompressionBombWarning)
            yield
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        message = "This file holds a picture with more pixels than are taken. Scale it down."
        raise Refusal("too_many_pixels", message) from error
    except Exception as error:  # decoders raise anything at all on junk
        if starved(error):
            raise Refusal("out_of_memory", "This picture takes more memory than there is. Scale it down.") from error
        message = (
            f"This file starts like {kind.title}, but it is damaged, incomplete or of a rare variant."
            " Save it again, or as PNG or JPG, and retry."
        )
        raise Refusal("unreadable", message) from error


def _millions(pixels: int) -> str:
    return f"{pixels / MILLION:,.1f}".removesuffix(".0")
