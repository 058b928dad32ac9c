"""One painter for all of these tests, over an index built for the occasion."""

from pathlib import Path

import pytest

from app.engines.illustrator import Illustrator, art
from app.engines.illustrator.art import Art
from app.engines.illustrator.words import Words

ROOT = Path(__file__).parents[3]
FONTS = ROOT / "node_modules/@fontsource-variable"


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("art") / "art.sqlite"
    art.build(ROOT / "node_modules", target)
    return target


@pytest.fixture(scope="session")
def illustrator(index: Path) -> Illustrator:
    return Illustrator(index, FONTS)


@pytest.fixture(scope="session")
def words(index: Path) -> Words:
    return Words(Art(index))
