"""Animations keep what is seen when, for how long, and how often."""

from dataclasses import replace
from itertools import accumulate

import pytest
from PIL import Image

from app.imaging.kinds import KINDS, WRITTEN
from app.imaging.opened import Frame, Opened
from app.imaging.save import save
from tests.imaging.pictures import moving, opened, photo, psnr, same
from tests.skips import CORPORA

TIMES = (40, 120, 200, 70)
GOOD = ("dispose_none", "dispose_prev", "duplicate_frame", "second_frame_comment", "different_transparency", "iss634")
MOVING = [kind.name for kind in WRITTEN if kind.moves]


def again(animation: Opened, kind: str) -> Opened:
    return opened(save(animation, KINDS[kind]).data, moving=True)


def times(animation: Opened) -> list[int]:
    return [frame.duration for frame in animation.frames]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("kind", MOVING)
def test_every_frame_is_there_for_as_long_as_before(kind: str, mode: str) -> None:
    before = moving(*TIMES, mode=mode)
    after = again(before, kind)
    assert times(after) == list(TIMES)
    for frame, original in zip(after.frames, before.frames, strict=True):
        assert psnr(frame.image, original.image) >= 30


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_gif_of_few_colours_keeps_every_pixel_of_every_frame(mode: str) -> None:
    before = moving(*TIMES, mode=mode)
    pairs = zip(again(before, "gif").frames, before.frames, strict=True)
    assert all(same(frame.image, original.image) for frame, original in pairs)


def test_a_whole_frame_beside_one_with_holes_stays_whole() -> None:
    animation = moving(40, 40, mode="RGBA")
    colourful = photo(*animation.image.size)
    animation.frames[0] = Frame(colourful.convert("RGBA"), 40)
    first, second = again(animation, "gif").frames
    assert first.image.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    assert same(second.image, animation.frames[1].image)


def test_a_gif_s_hundredths_of_a_second_add_up() -> None:
    thirty_a_second = [33] * 10
    assert sum(times(again(moving(*thirty_a_second), "gif"))) == 330


@pytest.mark.parametrize("loop", [0, 1, 5])
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_it_plays_as_often_as_before(kind: str, loop: int) -> None:
    assert again(replace(moving(*TIMES), loop=loop), kind).loop == loop


@pytest.mark.parametrize("kind", MOVING)
def test_a_frame_that_reaches_beyond_the_first_is_cut_to_it(kind: str) -> None:
    animation = moving(40, 40)
    animation.frames[1] = Frame(animation.frames[1].image.crop((0, 0, 60, 50)), 40)
    assert {frame.image.size for frame in again(animation, kind).frames} == {animation.image.size}


def test_what_stands_still_is_no_animation() -> None:
    pages = Opened(KINDS["tiff"], [Frame(frame.image) for frame in moving(*TIMES).frames])
    assert again(pages, "gif").count == 1


@pytest.mark.parametrize("kind", [kind.name for kind in WRITTEN if not kind.moves and not kind.pages])
def test_what_cannot_move_shows_the_first_frame(kind: str) -> None:
    assert psnr(again(moving(*TIMES), kind).image, moving(*TIMES).image) > 25


@pytest.mark.needs("corpora")
@pytest.mark.parametrize("kind", MOVING)
def test_real_animations_show_the_same_at_the_same_time(kind: str) -> None:
    found = [path for path in (CORPORA / "pillow/Tests/images").glob("*.gif") if path.stem in GOOD]
    assert len(found) >= 3
    for path in found:
        before = opened(path.read_bytes(), moving=True)
        after = again(before, kind)
        assert sum(times(after)) == sum(times(before))
        for start, frame in zip(accumulate(times(before), initial=0), before.frames, strict=False):
            assert psnr(_shown(after, start), frame.image) >= 25


def _shown(animation: Opened, at: int) -> Image.Image:
    """The frame that is shown at a time (ms)."""
    ends = accumulate(times(animation))
    return next(frame.image for frame, end in zip(animation.frames, ends, strict=True) if at < end)
