"""Pictures someone gave: painted again by strength, restyled, or mended under a mask."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.engines.illustrator import Illustrator
from app.engines.illustrator.given.wish import wish
from app.engines.illustrator.styles import STYLES
from app.engines.protocol import PaintRequest, Source, quiet
from app.refusals import Refusal
from tests.skips import CORPORA
from tests.thorough import THOROUGH
from tests.tools.conftest import Told


def picture(width: int = 240, height: int = 180) -> Image.Image:
    """A meadow under a sky, with grain as a camera gives it, and a dark ball on it."""
    rng = np.random.default_rng(4)
    y = np.linspace(0, 1, height)[:, None, None]
    scene = np.where(y < 0.45, (150, 190, 235), (90, 150, 70)) + rng.normal(0, 7, (height, width, 3))
    image = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    ImageDraw.Draw(image).ellipse((95, 70, 150, 125), fill=(60, 20, 25))
    return image


def marked(image: Image.Image, box: tuple[int, int, int, int] = (80, 55, 165, 140)) -> Image.Image:
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    return mask


def made(illustrator: Illustrator, source: Source, prompt: str = "", style: str | None = None) -> Image.Image:
    return illustrator.paint(PaintRequest.of(source, prompt, seed=3, style=style), quiet)[0].image


def numbers(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image, np.float32)


def apart(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(numbers(one) - numbers(other)).mean())


def test_the_more_strength_the_less_remains(illustrator: Illustrator) -> None:
    image = picture()
    steps = [apart(image, made(illustrator, Source(image, s), "a beach at sunset, oil")) for s in (0, 0.25, 0.5, 0.9)]
    assert steps == sorted(steps)
    assert steps[0] < 2 < steps[1] < steps[2] / 1.3


def test_a_new_style_keeps_the_shapes(illustrator: Illustrator) -> None:
    image = picture()
    for strength in (0.4, 0.6):
        after = numbers(made(illustrator, Source(image, strength), style="oil").convert("L"))
        assert np.corrcoef(numbers(image.convert("L")).ravel(), after.ravel())[0, 1] > 0.85


def test_heavy_strength_moves_the_subject_to_the_prompts_place(illustrator: Illustrator) -> None:
    image = picture()
    after = numbers(made(illustrator, Source(image, 0.8), "a snowy landscape, illustration"))
    ball, ground = after[90:110, 110:135].mean(), after[150:, :40].mean()
    assert ball < 100 < ground


def test_every_style_restyles_a_picture_in_its_own_way(illustrator: Illustrator) -> None:
    image = picture()
    pictures = [made(illustrator, Source(image), style=style) for style in STYLES]
    assert min(apart(image, after) for after in pictures) > 2
    assert min(apart(one, other) for i, one in enumerate(pictures) for other in pictures[:i]) > 2


@pytest.mark.parametrize("prompt", ["remove the ball", "a fox", "a top hat", "two red apples", "the sea", "blue", "42"])
def test_nothing_outside_the_mask_changes(prompt: str, illustrator: Illustrator) -> None:
    image = picture()
    mask = marked(image)
    after = made(illustrator, Source(image, mask=mask), prompt)
    inside = np.asarray(mask) > 127
    assert (np.asarray(after)[~inside] == np.asarray(image)[~inside]).all()
    assert (np.asarray(after)[inside] != np.asarray(image)[inside]).any()


def test_removing_fills_with_what_is_around(illustrator: Illustrator) -> None:
    image = picture()
    after = numbers(made(illustrator, Source(image, mask=marked(image)), "remove the ball"))
    assert np.abs(after[60:75, 100:145].mean((0, 1)) - (150, 190, 235)).max() < 14
    assert np.abs(after[100:135, 100:145].mean((0, 1)) - (90, 150, 70)).max() < 14


def test_a_fill_has_the_grain_of_its_surroundings(illustrator: Illustrator) -> None:
    image = picture()
    after = numbers(made(illustrator, Source(image, mask=marked(image)), "remove the ball"))
    assert after[100:135, 100:145, 1].std() > 0.4 * after[100:135, 10:55, 1].std()


def test_what_the_prompt_names_is_painted_into_the_mask(illustrator: Illustrator) -> None:
    image = picture()
    source = Source(image, mask=marked(image))
    assert apart(made(illustrator, source, "add a red balloon"), made(illustrator, source, "remove it")) > 3


def test_a_dark_picture_gets_a_dark_subject(illustrator: Illustrator) -> None:
    bright = picture()
    dark = bright.point(lambda value: value // 4)
    light, dim = (
        numbers(made(illustrator, Source(i, mask=marked(i)), "a fox"))[70:130, 90:155] for i in (bright, dark)
    )
    assert dim.mean() < 0.7 * light.mean()


def test_a_named_style_treats_only_what_is_marked(illustrator: Illustrator) -> None:
    image = picture()
    after = made(illustrator, Source(image, mask=marked(image)), "remove it", style="neon")
    assert np.asarray(after)[:50].tobytes() == np.asarray(image)[:50].tobytes()


def test_an_empty_mask_changes_nothing(illustrator: Illustrator) -> None:
    image = picture()
    after = made(illustrator, Source(image, mask=Image.new("L", image.size, 0)), "a fox")
    assert after.tobytes() == image.tobytes()


def test_a_mask_over_everything_paints_the_prompt(illustrator: Illustrator) -> None:
    image = picture()
    after = made(illustrator, Source(image, mask=Image.new("L", image.size, 255)), "a fox by a river")
    assert apart(image, after) > 20


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA", "CMYK", "I;16"])
@pytest.mark.parametrize("masked", [False, True])
def test_pictures_of_every_mode_are_taken(mode: str, masked: bool, illustrator: Illustrator) -> None:
    image = picture(96, 72).convert("L").convert(mode) if mode == "I;16" else picture(96, 72).convert(mode)
    mask = marked(image, (30, 20, 60, 50)) if masked else None
    after = made(illustrator, Source(image, mask=mask), "remove it" if masked else "", None if masked else "oil")
    assert (after.size, after.mode) == ((96, 72), "RGBA" if "A" in mode else "RGB")


def test_transparency_stays(illustrator: Illustrator) -> None:
    image = picture()
    image.putalpha(marked(image))
    restyled = made(illustrator, Source(image), style="watercolor")
    assert restyled.getchannel("A").tobytes() == image.getchannel("A").tobytes()
    edited = made(illustrator, Source(image, mask=marked(image, (0, 0, 30, 30))), "a cat")
    assert edited.getpixel((10, 10))[3] == 255  # type: ignore[index]
    assert np.asarray(edited)[40:].tobytes() == np.asarray(image)[40:].tobytes()


def test_another_size_is_painted_when_asked_for(illustrator: Illustrator) -> None:
    request = PaintRequest("", 100, 150, 1, style="oil", source=Source(picture()))
    assert illustrator.paint(request, quiet)[0].image.size == (100, 150)


def test_the_same_picture_and_seed_give_the_same_bytes(illustrator: Illustrator) -> None:
    image = picture()
    for source, prompt in ((Source(image, mask=marked(image)), "a fox"), (Source(image, 0.8), "a cat in the snow")):
        assert made(illustrator, source, prompt).tobytes() == made(illustrator, source, prompt).tobytes()


@pytest.mark.parametrize(
    ("source", "field"),
    [
        (Source(picture(), strength=1.2), "strength"),
        (Source(picture(), mask=Image.new("L", (10, 10))), "mask"),
        (Source(picture(), mask=Image.new("RGB", (240, 180))), "mask"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(source: Source, field: str, illustrator: Illustrator) -> None:
    with pytest.raises(Refusal) as refused:
        made(illustrator, source, "a fox")
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("source", [Source(picture(), 0.8), Source(picture(), mask=marked(picture()))])
def test_progress_grows_to_one_and_may_stop_the_work(source: Source, illustrator: Illustrator) -> None:
    seen = Told()
    illustrator.paint(PaintRequest.of(source, "a fox in a forest", seed=1), seen)
    assert seen == sorted(seen)
    assert (len(seen) > 8, seen[-1]) == (True, 1.0)

    def stop(share: float, _previews: object = None) -> None:
        if share > 0.2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        illustrator.paint(PaintRequest.of(source, "a fox in a forest", seed=1), stop)


@pytest.mark.parametrize(
    ("prompt", "thing"),
    [
        ("remove the dog", ""),
        ("Please get rid of the wires!", ""),
        ("replace the cat with a fox", "a fox"),
        ("add a red balloon", "a red balloon"),
        ("turn the car into a boat", "a boat"),
        ("a sleeping cat", "a sleeping cat"),
    ],
)
def test_knows_what_is_wished_for(prompt: str, thing: str) -> None:
    assert wish(prompt).thing == thing


def _photos(number: int) -> list[Path]:
    return sorted((CORPORA / "ccp/photos").glob("*.jpg"))[:: 880 // number][:number]


def _masked(photo: Path) -> NDArray[np.bool_]:
    [mask] = (CORPORA / "ccp/masks").glob(f"{photo.stem}.*")
    return np.asarray(Image.open(mask).convert("L")) > 127


@pytest.mark.needs("corpora")
def test_finds_most_of_the_people_in_street_photographs() -> None:
    from app.engines.illustrator.canvas import SUBJECT, Canvas
    from app.engines.illustrator.given.look import look

    shares = []
    for photo in _photos(12):
        image = Image.open(photo).convert("RGB")
        canvas = Canvas(*image.size, 1)
        canvas.pixels = np.asarray(image, np.float32) / 255
        look(canvas)
        found, person = canvas.depth == SUBJECT, _masked(photo)
        shares.append((found & person).sum() / (found | person).sum())
    assert np.mean(shares) > 0.6


@pytest.mark.needs("corpora")
def test_removes_people_from_street_photographs(illustrator: Illustrator) -> None:
    """Where somebody stood, the colours afterwards are those of the picture around, not theirs."""
    for photo in _photos(3 if THOROUGH else 1):
        image = Image.open(photo).convert("RGB")
        person = Image.fromarray((_masked(photo) * 255).astype(np.uint8))
        small = image.resize((160, 240)), person.resize((160, 240), Image.Resampling.NEAREST)
        after = made(illustrator, Source(small[0], mask=small[1]), "remove the person")
        hole = np.asarray(small[1]) > 127
        assert np.asarray(after)[~hole].tobytes() == np.asarray(small[0])[~hole].tobytes()
        around = numbers(small[0])[~hole]
        filled = numbers(after)[hole]
        assert (np.abs(filled.mean(0) - around.mean(0)) < 1.2 * around.std(0)).all()
