"""The models of this site, and the names by which clients call others: aliases, so that their code runs unchanged."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

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


class Model(NamedTuple):
    id: str
    ours: str | None  # the site's own, where the name says which; None: the site chooses


def all_models() -> dict[str, Model]:
    """By name, the site's own first."""
    own = {name: Model(name, name) for name in own_models()}
    return own | {name: Model(name, None) for name in ALIASES if name not in own}


def find(name: str) -> Model:
    """Refuses with `not_found`."""
    found = all_models().get(name)
    if found is None:
        told = f"The model “{name[:60]}” does not exist here. GET /v1/models lists those that do."
        raise Refusal("not_found", told, field="model", reason="model_not_found")
    return found


def sends_pictures(name: str | None) -> bool:
    """Whether the answer holds the pictures themselves unless addresses are asked for."""
    return name is not None and name.startswith(IN_THE_ANSWER)


def as_json(model: Model) -> dict[str, Any]:
    created = int(SINCE.timestamp())
    return {"id": model.id, "object": "model", "created": created, "owned_by": settings().SITE_NAME}
