"""Tiny models of random numbers, each opened once: what they paint is nonsense, how they paint it is not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from app.engines.catalogue import Model
from app.engines.diffusers.engine import Diffusers
from config import Settings
from tests.engines.diffusers import tiny
from tests.skips import require

Open = Callable[[str], Diffusers]
Lay = Callable[[str], Path]


@pytest.fixture(scope="session")
def lay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lay]:
    """The folder of a model of a kind, laid there at first need."""
    require("diffusers")
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    folders: dict[str, Path] = {}

    def laid(kind: str) -> Path:
        if kind not in folders:
            folders[kind] = tiny.lay(tmp_path_factory.mktemp("models") / kind, kind)
        return folders[kind]

    yield laid
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def shared(lay: Lay, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """The engine of a kind of model, opened at first need."""
    engines: dict[str, Diffusers] = {}

    def opened(kind: str) -> Diffusers:
        if kind not in engines:
            settings = settings_in(tmp_path_factory.mktemp("site"))
            engines[kind] = Diffusers.opened(model_of(lay(kind), kind), settings)
        return engines[kind]

    return opened


@pytest.fixture
def engine_of(shared: Open) -> Iterator[Open]:
    """The same for one test, which may change what it likes about how it paints. Three steps are enough."""
    kept: list[tuple[Diffusers, dict[str, object]]] = []

    def opened(kind: str) -> Diffusers:
        engine = shared(kind)
        kept.append((engine, vars(engine.painter).copy()))
        engine.painter.family = replace(engine.painter.family, steps=(3, 4, 5), side=64, shapes=())
        engine.painter._room = {}
        return engine

    yield opened
    for engine, painter in reversed(kept):
        vars(engine.painter).update(painter)


@pytest.fixture
def engine(engine_of: Open) -> Diffusers:
    """Of a Stable Diffusion."""
    return engine_of("sd")


@pytest.fixture
def picture() -> Image.Image:
    """Dark on the left, light on the right."""
    return Image.linear_gradient("L").rotate(90).convert("RGB").resize((96, 64))


@pytest.fixture
def mask() -> Image.Image:
    """A square in the middle."""
    drawn = Image.new("L", (96, 64))
    drawn.paste(255, (32, 16, 64, 48))
    return drawn


def model_of(folder: Path, name: str = "model") -> Model:
    return Model(name, "diffusers", name, source=str(folder))


def settings_in(folder: Path, **given: object) -> Settings:
    return Settings.model_validate({"DATA_DIR": folder, "SECRET_KEY": "known to the tests and to nobody else", **given})
