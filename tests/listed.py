"""Sites with models to choose from, each of them the tests' sketcher."""

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

STANDING_IN = """
[[model]]
name = "photo"
engine = "openai"
title = "the Photographer"
base_url = "http://127.0.0.1:9/v1"

[[model]]
name = "dear"
engine = "illustrator"
price = 2.5

[[model]]
name = "members"
engine = "illustrator"
plans = ["pro", "max"]

[[model]]
name = "brush"
engine = "illustrator"
title = "the Brush"
"""
"""Two of one price, `photo` and `brush`; a dear one, and one that is not everybody's."""


def listed(folder: Path, text: str = MODELS) -> Path:
    """The value of MODEL_LIST."""
    path = folder / "models.toml"
    path.write_text(text)
    return path
