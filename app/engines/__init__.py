"""Who paints. `catalogue` knows the models; engines themselves are opened in workers only: they are heavy."""

from app.engines.catalogue import ILLUSTRATOR, Catalogue, Model
from app.engines.protocol import Engine
from config import ART, FONTS, Settings

__all__ = ["Catalogue", "Model", "open_engine", "open_illustrator"]


def open_engine(model: Model, settings: Settings) -> Engine:
    """The engine of a model, ready to paint. Raises EngineDown, which names the setting and the way out."""
    return {"illustrator": _illustrator, "diffusers": _diffusers, "openai": _endpoint}[model.kind](model, settings)


def open_illustrator(title: str = ILLUSTRATOR) -> Engine:
    """Raises Refusal("engine_unavailable") when set-up is not complete."""
    from app.engines.illustrator import Illustrator

    return Illustrator(ART, FONTS, title)


def _illustrator(model: Model, _settings: Settings) -> Engine:
    return open_illustrator(model.title)


def _diffusers(model: Model, settings: Settings) -> Engine:
    from app.engines.diffusers.engine import Diffusers

    return Diffusers.opened(model, settings)


def _endpoint(model: Model, settings: Settings) -> Engine:
    from app.engines.openai.engine import Endpoint

    return Endpoint.opened(model, settings)
