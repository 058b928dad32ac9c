"""The illustrator as an engine: exact sizes, the same bytes for the same seed, progress, stopping."""

from pathlib import Path

import numpy as np
import pytest

from app.engines.illustrator import Illustrator, art
from app.engines.protocol import Painting, PaintRequest
from app.refusals import Refusal

ROOT = Path(__file__).parents[3]
FONTS = ROOT / "node_modules/@fontsource-variable"


@pytest.fixture(scope="session")
def illustrator(tmp_path_factory: pytest.TempPathFactory) -> Illustrator:
    index = tmp_path_factory.mktemp("art") / "art.sqlite"
    art.build(ROOT / "node_modules", index)
    return Illustrator(index, FONTS)


def paint(illustrator: Illustrator, prompt: str, **facts: object) -> list[Painting]:
    size = {"width": 160, "height": 120, "seed": 7}
    return illustrator.paint(PaintRequest(prompt=prompt, **{**size, **facts}), lambda _: None)  # type: ignore[arg-type]


def test_paints_exactly_the_size_asked_for(illustrator: Illustrator) -> None:
    [painting] = paint(illustrator, "a dog in the park", width=333, height=251)
    assert painting.image.size == (333, 251)
    assert painting.image.mode == "RGB"


def test_the_same_request_paints_the_same_bytes(illustrator: Illustrator) -> None:
    one, other = (paint(illustrator, "mountains at sunset")[0].image.tobytes() for _ in range(2))
    assert one == other


def test_several_pictures_differ_and_count_their_seeds_up(illustrator: Illustrator) -> None:
    first, second = paint(illustrator, "the sea", count=2)
    assert (first.seed, second.seed) == (7, 8)
    assert first.image.tobytes() != second.image.tobytes()


def test_progress_only_grows_and_ends_at_one(illustrator: Illustrator) -> None:
    seen: list[float] = []
    illustrator.paint(PaintRequest("a city at night", 160, 120, 1, count=2), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 10


def test_what_progress_raises_stops_the_painting(illustrator: Illustrator) -> None:
    def stop(share: float) -> None:
        raise InterruptedError(f"stopped at {share}")

    with pytest.raises(InterruptedError):
        illustrator.paint(PaintRequest("a forest", 160, 120, 1), stop)


def test_a_missing_art_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="make setup") as refused:
        Illustrator(tmp_path / "none.sqlite", FONTS)
    assert refused.value.code == "engine_unavailable"


@pytest.mark.parametrize("prompt", ["mountains", "the sea", "a forest", "a desert", "a park", "a city"])
def test_every_setting_paints_something_rich(illustrator: Illustrator, prompt: str) -> None:
    [painting] = paint(illustrator, prompt)
    assert np.asarray(painting.image).std() > 15
