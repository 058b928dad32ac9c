"""Pictures that a model's safety checker withholds."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.engines.catalogue import Model
from app.engines.diffusers.engine import Diffusers
from app.engines.diffusers.safety import CATEGORY, FETCHED
from app.engines.protocol import EngineDown, PaintRequest, quiet
from app.moderation import categories
from config import Settings
from tests.engines.diffusers import tiny
from tests.engines.diffusers.conftest import Lay, model_of, settings_in

FOX = PaintRequest("a red fox", 64, 64, seed=5, count=2)


def opened(model: Model, settings: Settings) -> Diffusers:
    """Painting with one step: it is about what comes after."""
    engine = Diffusers.opened(model, settings)
    engine.painter.family = replace(engine.painter.family, steps=(1, 1, 1))
    return engine


@pytest.fixture
def model(lay: Lay, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lay("sd"), tmp_path / "model"))


def test_what_the_checker_flags_is_withheld(model: Path, tmp_path: Path) -> None:
    engine = opened(model_of(tiny.lay_checker(model, flags=True)), settings_in(tmp_path))
    paintings = engine.paint(FOX, quiet)
    assert [painting.withheld for painting in paintings] == [CATEGORY, CATEGORY]


def test_the_rest_is_shown(model: Path, tmp_path: Path) -> None:
    engine = opened(model_of(tiny.lay_checker(model, flags=False)), settings_in(tmp_path))
    assert engine.paint(FOX, quiet)[0].withheld == ""


def test_nobody_looks_where_the_setting_says_so(model: Path, tmp_path: Path) -> None:
    tiny.lay_checker(model, flags=True)
    engine = opened(model_of(model), settings_in(tmp_path, CHECK_PICTURES=False))
    assert engine.paint(FOX, quiet)[0].withheld == ""


def test_one_that_was_fetched_serves_a_model_without(model: Path, tmp_path: Path) -> None:
    made = tiny.lay_checker(tmp_path / "made", flags=True)
    fetched = tmp_path / "models" / FETCHED
    shutil.copytree(made / "safety_checker", fetched)
    shutil.copy(made / "feature_extractor/preprocessor_config.json", fetched)
    engine = opened(model_of(model), settings_in(tmp_path))
    assert engine.paint(FOX, quiet)[0].withheld == CATEGORY


def test_one_that_is_broken_names_the_setting(model: Path, tmp_path: Path) -> None:
    tiny.lay_checker(model, flags=True)
    (model / "safety_checker/model.safetensors").write_bytes(b"half")
    with pytest.raises(EngineDown, match=r"^CHECK_PICTURES: .*or set CHECK_PICTURES=no$"):
        Diffusers.opened(model_of(model), settings_in(tmp_path))


def test_its_category_is_one_of_the_sites() -> None:
    assert CATEGORY in categories()
