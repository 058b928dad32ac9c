"""Parameters as models: a form's text becomes what is meant, and what nobody knows is refused in Stripe's words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.till.errors import TillError, invalid
from app.till.shapes.billing import listed
from app.till.store import Act, Obj

Metadata = dict[str, str]


class Params(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Asked(Params):
    """What every request may carry."""

    expand: list[str] = []

    def given(self, *names: str) -> dict[str, Any]:
        """These parameters, as far as they came. A model becomes a dict; an empty text clears the field."""
        came = self.model_dump(include=set(names) & self.model_fields_set)
        return {name: None if value == "" else value for name, value in came.items()}


class Range(Params):
    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None

    def has(self, value: int) -> bool:
        return (
            (self.gt is None or value > self.gt)
            and (self.gte is None or value >= self.gte)
            and (self.lt is None or value < self.lt)
            and (self.lte is None or value <= self.lte)
        )


class Listing(Asked):
    """Every field beside these is compared with the object's field of the same name."""

    limit: int = Field(10, ge=1, le=100)
    starting_after: str | None = None
    ending_before: str | None = None
    created: Range | int | None = None

    def picks(self, obj: Obj) -> bool:
        wanted = self.model_dump(exclude=set(Listing.model_fields), exclude_none=True)
        return all(obj[name] == value for name, value in wanted.items()) and self._created(obj)

    def _created(self, obj: Obj) -> bool:
        if isinstance(self.created, Range):
            return self.created.has(obj["created"])
        return self.created is None or bool(self.created == obj["created"])


Model = TypeVar("Model", bound=Asked)


@dataclass(frozen=True)
class Route:
    """`path` names what stands between its slashes: `/v1/customers/{id}`; the handler gets it after the parameters."""

    method: str
    path: str
    params: type[Asked]
    handler: Callable[..., Obj]


def parse(model: type[Model], params: dict[str, Any]) -> Model:
    try:
        return model.model_validate(params)
    except ValidationError as error:
        raise _refusal(error) from None


def retrieving(kind: str, path: str) -> Route:
    return Route("GET", f"{path}/{{id}}", Asked, lambda act, _, found: act.get(kind, found))


def listing(kind: str, path: str, model: type[Listing]) -> Route:
    return Route("GET", path, model, lambda act, given: page(_all(act, kind, given), given, path))


def page(objects: list[Obj], given: Listing, path: str) -> Obj:
    """A page of a list, newest first."""
    found = [obj for obj in objects if given.picks(obj)]
    if given.starting_after:
        found = found[_place(found, given.starting_after, "starting_after") + 1 :]
    if given.ending_before:
        found = found[: _place(found, given.ending_before, "ending_before")][-given.limit :]
    return listed(found[: given.limit], path, has_more=len(found) > given.limit)


def merged(metadata: Metadata, given: "Metadata | str") -> Metadata:
    """Stripe adds what is given, and takes out what is given as empty."""
    if isinstance(given, str):
        return {}
    return {name: value for name, value in (metadata | given).items() if value != ""}


def _all(act: Act, kind: str, given: Listing) -> list[Obj]:
    """Raises TillError for somebody or something that is not there: a list of theirs is not empty, it is an error."""
    for named in ("customer", "product", "subscription"):
        if getattr(given, named, None):
            act.get(named, getattr(given, named), named)
    return act.all(kind, getattr(given, "customer", None))


def _place(found: list[Obj], wanted: str, param: str) -> int:
    for place, obj in enumerate(found):
        if obj["id"] == wanted:
            return place
    raise invalid(f"No such object: '{wanted}'", param, "resource_missing")


def _refusal(error: ValidationError) -> TillError:
    first = error.errors()[0]
    name = _named([part for part in first["loc"] if not str(part).startswith(("function-", "Range"))])
    if first["type"] == "extra_forbidden":
        return invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
    if first["type"] == "missing":
        return invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return invalid(f"Invalid {name}: {first['msg'].lower()}", name, "parameter_invalid")


def _named(path: list[Any]) -> str:
    return str(path[0]) + "".join(f"[{part}]" for part in path[1:])
