"""Who paints. Engines are opened in workers only: they are heavy."""

from app.engines.protocol import Engine
from config import ART, FONTS


def open_engine(name: str) -> Engine:
    """The engine of a setting's name. Raises Refusal("engine_unavailable") when it cannot start."""
    from app.engines.illustrator import Illustrator

    return {"illustrator": Illustrator}[name](ART, FONTS)
