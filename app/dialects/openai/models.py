"""The models of this site, and the names by which clients call others: aliases, so that their code runs unchanged."""

from datetime import UTC, datetime
from typing import Any

from app.extensions import models as own_models
from app.extensions import settings
from app.refusals import Refusal

SINCE = datetime(2026, 11, 20, tzinfo=UTC)
ALIASES = (
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-sunburst-2026-09-08",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.6-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-1.5",
    "gpt-image-1",
    "gpt-image-1-mini",
    "chatgpt-image-latest",
    "dall-e-3",
    "dall-e-2",
)
IN_THE_ANSWER = ("gpt-image-", "chatgpt-image-")  # clients of models that begin so expect the picture itself


def names() -> list[str]:
    """The site's own first."""
    return list(dict.fromkeys([*own_models(), *ALIASES]))


def refuse_unknown(name: str) -> None:
    """Refuses with `not_found`."""
    if name not in names():
        told = f"The model “{name[:60]}” does not exist here. GET /v1/models lists those that do."
        raise Refusal("not_found", told, field="model", reason="model_not_found")


def ours(name: str | None) -> str | None:
    """The name by which the site knows a model; None for one that means the site's choice."""
    return None if name in ALIASES and name not in own_models() else name


def sends_pictures(name: str | None) -> bool:
    """Whether the answer holds the pictures themselves unless addresses are asked for."""
    return name is not None and name.startswith(IN_THE_ANSWER)


def as_json(name: str) -> dict[str, Any]:
    created = int(SINCE.timestamp())
    return {"id": name, "object": "model", "created": created, "owned_by": settings().SITE_NAME}
