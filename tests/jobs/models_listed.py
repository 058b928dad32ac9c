"""A site with two models of one price, `photo` and `brush`; a dear one, and one that is not everybody's."""

from pathlib import Path

LISTED = """\
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


def listed(folder: Path, text: str = LISTED) -> Path:
    """The file for MODEL_LIST."""
    path = folder / "models.toml"
    path.write_text(text)
    return path
