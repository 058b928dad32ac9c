"""Kinds of value that more than one tool asks for."""

import re
import secrets
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.engines.protocol import Task
from app.toolkit.params import Params, field

LARGEST_SEED = 2**32 - 1
NEEDS, BESIDES = "x-needs", "x-besides"  # in the schema of a parameter that names a model: see `model_schema`
HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)

P = TypeVar("P", bound=Params)


def _colour(given: Any) -> Any:
    """#rgb and rrggbb are understood too."""
    if not isinstance(given, str):
        return given
    found = HEX.fullmatch(given.strip())
    if found is None:
        raise PydanticCustomError("colour", "write it as #rrggbb, as in #ff8800")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


HEX_SCHEMA = {"type": "string", "pattern": "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"}
Colour = Annotated[str, BeforeValidator(_colour), WithJsonSchema(HEX_SCHEMA)]
"""A colour as #rrggbb."""


def seed_field() -> Any:
    return field(None, label="Seed", help="The same seed paints the same picture again.", ge=0, le=LARGEST_SEED)


def _lowered(given: Any) -> Any:
    return (given.strip().lower() or None) if isinstance(given, str) else given


ModelName = Annotated[str | None, BeforeValidator(_lowered)]
"""The name of a model of this site. Which there are is a setting, so whoever starts a job looks it up."""


def model_field(task: Task) -> Any:
    told = "Who paints; left out, the site's own choice."
    return Field(None, title="Model", description=told, max_length=40, json_schema_extra=model_schema(task))


def model_schema(*tasks: Task, besides: Iterable[str] = ()) -> JsonDict:
    """Of a parameter that names a model: one of the tasks it must be able to do, and names it takes besides.

    Whoever shows the schema writes down which models these are.
    """
    return {NEEDS: [task.value for task in tasks], BESIDES: [*besides]}


def settle_seed(params: P) -> P:
    """With a seed that was left out drawn by lot."""
    if getattr(params, "seed", None) is not None:
        return params
    return params.model_copy(update={"seed": secrets.randbelow(LARGEST_SEED)})
