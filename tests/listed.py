"""A site with models to choose from, each of them the tests' sketcher."""

from pathlib import Path

MODELS = """
[[model]]
name = "illustrator"
engine = "illustrator"

[[model]]
name = "painter"
engine = "openai"
title = "The painter"
good_at = "Photographs"
price = 1.55

[[model]]
name = "master"
engine = "openai"
title = "The master"
price = 4
plans = ["pro", "max"]

[[model]]
name = "gpt-image-1"
engine = "openai"
tasks = ["words"]
"""


def listed(folder: Path, text: str = MODELS) -> Path:
    """The value of MODEL_LIST."""
    path = folder / "models.toml"
    path.write_text(text)
    return path
