"""GIF, still or moving."""

from itertools import accumulate, pairwise

from app.imaging.encode import encode
from app.imaging.opened import Opened
from app.imaging.writing.palette import indexed

TO_BACKGROUND = 2
HOLE = 255  # the index of what is transparent


def write(opened: Opened, _quality: int) -> bytes:
    images, clear = zip(*(indexed(frame.image) for frame in opened.frames), strict=True)
    options: dict[str, object] = {"optimize": False}
    if any(index is not None for index in clear):
        images = tuple(indexed(frame.image, HOLE)[0] for frame in opened.frames)  # the last index is no colour in any
        options |= {"transparency": HOLE, "disposal": TO_BACKGROUND}
    if len(images) > 1:
        options |= {"save_all": True, "append_images": images[1:], "duration": _hundredths(opened)}
        options |= {"loop": opened.loop} if opened.loop != 1 else {}
    return encode(images[0], "GIF", **options)


def _hundredths(opened: Opened) -> list[int]:
    """Milliseconds in whole hundredths of a second, rounded so that the whole stays as long as it was."""
    ends = [round(end / 10) for end in accumulate((frame.duration for frame in opened.frames), initial=0)]
    return [10 * (end - start) for start, end in pairwise(ends)]
