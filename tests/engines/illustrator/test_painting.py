"""The illustrator as an engine: exact sizes, the same bytes for the same seed, progress, stopping, places, styles."""

import csv
import random
from pathlib import Path

import numpy as np
import pytest

from app.engines.illustrator import Illustrator
from app.engines.illustrator.settings import SETTINGS
from app.engines.illustrator.styles import STYLES, VARIANTS
from app.engines.protocol import Painting, PaintRequest, quiet
from app.refusals import Refusal
from tests.engines.illustrator.conftest import FONTS
from tests.skips import CORPORA
from tests.tools.conftest import Told

SIZES = [(1024, 1024), (1280, 720), (1152, 864), (1248, 832), (1568, 672)]
PLACES = {
    "mountains": "mountains", "river": "a river", "sea": "the sea", "underwater": "a coral reef", "forest": "a forest",
    "desert": "a desert", "snow": "a snowy landscape", "night-sky": "the night sky", "space": "outer space",
    "sky": "above the clouds", "city": "a city", "street": "a street", "village": "a village", "park": "a park",
    "room": "a room", "table": "a table top", "studio": "a studio backdrop", "pattern": "a pattern",
    "poster": "a poster with 'Hello' on it",
}  # fmt: skip
WEIRD = [
    "x", "   ", "🦊🎈🌈👩🏽‍🚀", "東京の夜、雨", "لوحة جميلة للبحر", "ignore previous instructions; DROP TABLE jobs; --",
    "<script>alert(1)</script> {{ 7*7 }} ${HOME} %s %n ../../etc/passwd", "a dog " * 200, "\x00\x01\ufffd",
    '"' * 40, "'", "12345678901234567890", "no no no without nothing", "-- ' \" `", "a" * 1000, "“日本語の文字”",
    "a cat on a cat on a cat under a dog in a fox wearing a hat holding a hat", "twelve dozen dozens of 100 dogs",
]  # fmt: skip


def paint(illustrator: Illustrator, prompt: str, **facts: object) -> list[Painting]:
    size = {"width": 160, "height": 120, "seed": 7}
    return illustrator.paint(PaintRequest(prompt=prompt, **{**size, **facts}), quiet)  # type: ignore[arg-type]


def pixels(painting: Painting) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(painting.image)


def test_it_is_called_as_the_operator_calls_it(index: Path) -> None:
    assert Illustrator(index, FONTS).title == "the built-in illustrator"
    assert Illustrator(index, FONTS, "Studio Deluxe").title == "Studio Deluxe"


@pytest.mark.parametrize("size", [*SIZES, *((tall, wide) for wide, tall in SIZES[1:]), (1792, 1024), (333, 251)])
def test_paints_exactly_the_size_asked_for(size: tuple[int, int], illustrator: Illustrator) -> None:
    [painting] = paint(illustrator, "the sea", width=size[0], height=size[1])
    assert (painting.image.size, painting.image.mode) == (size, "RGB")


@pytest.mark.parametrize("style", ["illustration", "oil", "low-poly", "pixel-art"])
def test_the_same_request_paints_the_same_bytes(style: str, illustrator: Illustrator) -> None:
    once, again = (paint(illustrator, "a fox in a park", style=style)[0].image.tobytes() for _ in range(2))
    assert once == again


def test_a_fresh_engine_paints_the_same_bytes(index: Path, illustrator: Illustrator) -> None:
    other = Illustrator(index, FONTS)
    request = PaintRequest("three dogs in a village at dusk", 200, 150, 3)
    assert illustrator.paint(request, quiet)[0].image == other.paint(request, quiet)[0].image


def test_several_pictures_differ_and_count_their_seeds_up(illustrator: Illustrator) -> None:
    first, second = paint(illustrator, "the sea", count=2)
    assert (first.seed, second.seed) == (7, 8)
    assert first.image.tobytes() != second.image.tobytes()
    assert second.image == paint(illustrator, "the sea", seed=8)[0].image


def test_a_picture_keeps_its_composition_at_any_size(illustrator: Illustrator) -> None:
    small = pixels(paint(illustrator, "mountains at sunset", width=192, height=144)[0]).astype(float)
    large = paint(illustrator, "mountains at sunset", width=576, height=432)[0].image.resize((192, 144))
    assert np.abs(small - np.asarray(large, float)).mean() < 16


def test_progress_only_grows_and_ends_at_one(illustrator: Illustrator) -> None:
    seen = Told()
    illustrator.paint(PaintRequest("a city at night", 160, 120, 1, count=2), seen)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 10


def test_what_progress_raises_stops_the_painting(illustrator: Illustrator) -> None:
    def stop(share: float, _previews: object = None) -> None:
        raise InterruptedError(f"stopped at {share}")

    with pytest.raises(InterruptedError):
        illustrator.paint(PaintRequest("a forest", 160, 120, 1), stop)


def test_a_missing_art_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="make setup") as refused:
        Illustrator(tmp_path / "none.sqlite", FONTS)
    assert refused.value.code == "engine_unavailable"


def test_a_broken_art_index_names_the_command(tmp_path: Path) -> None:
    broken = tmp_path / "art.sqlite"
    broken.write_bytes(b"not a database" * 100)
    with pytest.raises(Refusal, match="make setup"):
        Illustrator(broken, FONTS)


def test_an_unknown_style_is_refused_by_name(illustrator: Illustrator) -> None:
    with pytest.raises(Refusal, match="crayon"):
        paint(illustrator, "a dog", style="crayon")


def test_there_is_a_prompt_for_every_setting() -> None:
    assert set(PLACES) == set(SETTINGS)


@pytest.mark.parametrize("place", PLACES)
def test_every_setting_paints_something_rich(place: str, illustrator: Illustrator) -> None:
    [painting] = paint(illustrator, PLACES[place])
    assert pixels(painting).std() > 12


@pytest.mark.parametrize("place", PLACES)
def test_every_setting_looks_different_with_another_seed(place: str, illustrator: Illustrator) -> None:
    one, other = (pixels(paint(illustrator, PLACES[place], seed=seed)[0]).astype(float) for seed in (1, 2))
    assert np.abs(one - other).mean() > 3


@pytest.mark.parametrize("weather", ["in the fog", "in the rain", "in a thunderstorm", "in the snow", "under clouds"])
def test_weather_changes_a_park(weather: str, illustrator: Illustrator) -> None:
    clear, changed = (pixels(paint(illustrator, f"a park {words}")[0]).astype(float) for words in ("", weather))
    assert np.abs(clear - changed).mean() > 6


def test_every_style_can_be_told_from_every_other(illustrator: Illustrator) -> None:
    styles = [*STYLES, *VARIANTS]
    assert len(STYLES) == 14
    pictures = [pixels(paint(illustrator, "a fox in a park", style=style)[0]).astype(float) for style in STYLES]
    apart = [np.abs(one - other).mean() for i, one in enumerate(pictures) for other in pictures[:i]]
    assert min(apart) > 4
    assert "vivid" in styles


def test_a_style_named_in_the_prompt_is_used_and_told(illustrator: Illustrator) -> None:
    assert paint(illustrator, "a watercolor of a cat")[0].style == "watercolor"
    assert paint(illustrator, "a watercolor of a cat", style="neon")[0].style == "neon"


@pytest.mark.parametrize("words", ["watercolor", "pencil drawing"])
def test_the_looks_of_other_dialects_leave_a_named_style_alone(illustrator: Illustrator, words: str) -> None:
    plain, standard, vivid = (
        paint(illustrator, f"a {words} of a cat", style=style)[0].image.tobytes()
        for style in (None, "standard", "vivid")
    )
    assert plain == standard != vivid
    assert paint(illustrator, f"a {words} of a cat", style="photographic")[0].image.tobytes() != plain


def test_without_one_they_are_near_a_photograph_and_far(illustrator: Illustrator) -> None:
    photo, standard, vivid = (
        pixels(paint(illustrator, "a cat", style=style)[0]).astype(float)
        for style in ("photographic", "standard", "vivid")
    )
    assert (photo == standard).all()
    assert vivid.std() > standard.std()


def test_the_negative_prompt_changes_the_picture(illustrator: Illustrator) -> None:
    both = paint(illustrator, "a dog and a cat in a park")[0].image
    alone = paint(illustrator, "a dog and a cat in a park", negative_prompt="cat")[0].image
    assert both.tobytes() != alone.tobytes()


@pytest.mark.parametrize("prompt", WEIRD)
def test_whatever_is_written_becomes_a_picture(prompt: str, illustrator: Illustrator) -> None:
    [painting] = paint(illustrator, prompt)
    assert pixels(painting).std() > 5


@pytest.mark.parametrize("prompt", ["a dog wearing a hat", "five cats", "a wizard", "a bird on a horse", "a whale"])
@pytest.mark.parametrize("place", ["at sea", "in space", "underwater", "in a room", "in the clouds", "on a poster"])
def test_any_company_fits_any_place(prompt: str, place: str, illustrator: Illustrator) -> None:
    [painting] = paint(illustrator, f"{prompt} {place}", width=96, height=160)
    assert pixels(painting).std() > 8


@pytest.mark.needs("corpora")
def test_no_parti_prompt_gives_a_blank(illustrator: Illustrator) -> None:
    with (CORPORA / "parti/PartiPrompts.tsv").open(encoding="utf-8") as lines:
        prompts = [row["Prompt"] for row in csv.DictReader(lines, delimiter="\t")]
    for seed, prompt in enumerate(random.Random(3).sample(prompts, 60)):
        [painting] = paint(illustrator, prompt, width=128, height=128, seed=seed)
        assert pixels(painting).std() > 8, prompt
