"""Params: what can be asked of a tool, described once. Page, form, endpoint and manual follow from it."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from app.refusals import Refusal


class Choice(NamedTuple):
    value: str
    label: str


class Params(BaseModel):
    """Base of every tool's parameters. Unknown fields are refused, text is trimmed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        """No database keeps a NUL in a text, and nobody means one."""
        if not isinstance(given, dict):
            return given
        return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in given.items()}

    def settled(self) -> Self:
        """With everything decided that was left to chance, so that a run can be repeated. Most leave nothing."""
        return self

    @classmethod
    def sample(cls, **given: Any) -> Self:
        """Parameters as good as any, for what follows from some of them alone. Texts that are required are made up."""
        required = [name for name, field in cls.model_fields.items() if field.is_required()]
        made_up = {name: next(iter(cls.choices(name)), "some words") for name in required}
        return cls.model_validate({**made_up, **given})

    @classmethod
    def choices(cls, name: str) -> list[Any]:
        """The values that a parameter may have; none where it may have any."""
        extra = cls.model_fields[name].json_schema_extra
        found = extra.get("enum", []) if isinstance(extra, dict) else []
        return list(found) if isinstance(found, list) else []

    @classmethod
    def label(cls, name: str) -> str:
        found: FieldInfo | None = cls.model_fields.get(name)
        return (found.title if found else None) or name


P = TypeVar("P", bound=Params)


def field(default: Any, *, label: str, help: str, choices: tuple[Choice, ...] = (), **bounds: Any) -> Any:  # noqa: A002
    """A parameter: its label and help for people, its bounds or choices for the machine."""
    values, labels = [choice.value for choice in choices], [choice.label for choice in choices]
    extra: JsonDict = {"enum": [*values], "labels": [*labels]} if choices else {}
    return Field(default, title=label, description=help, json_schema_extra=extra, **bounds)


def one_of(choices: tuple[Choice, ...]) -> BeforeValidator:
    """Annotates a text that is one of `choices`, written in any case. Empty text counts as left out."""
    values = [choice.value for choice in choices]

    def check(given: Any) -> Any:
        value = (given.strip().lower() or None) if isinstance(given, str) else given
        if value is not None and value not in values:
            raise PydanticCustomError("one_of", "not one of the choices", {"expected": ", ".join(values)})
        return value

    return BeforeValidator(check)


def parse(params: type[P], given: Mapping[str, Any], *, strict: bool = False) -> P:
    """The parameters in `given`. Refuses with `invalid`, naming the first field that is wrong.

    `strict` for JSON, which has types of its own; a form's values are all text.
    """
    try:
        return params.model_validate(given, strict=strict)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise Refusal("invalid", _sentence(params, name, first), field=name) from None


SENTENCES = {
    "missing": "{label} is required.",
    "extra_forbidden": "There is no field “{name}” here.",
    "string_too_short": "{label} needs at least {min_length} characters.",
    "string_too_long": "{label} can have {max_length} characters, not more.",
    "string_type": "{label} is a text.",
    "int_type": "{label} is a whole number.",
    "int_parsing": "{label} is a whole number.",
    "int_from_float": "{label} is a whole number.",
    "bool_type": "{label} is yes or no.",
    "bool_parsing": "{label} is yes or no.",
    "job_id": "{label} is the id of a job.",
    "one_of": "{label} is one of {expected}.",
    "greater_than_equal": "{label} is {ge} at least.",
    "less_than_equal": "{label} is {le} at most.",
}


def _sentence(params: type[Params], name: str, error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "string_too_short" and not str(error["input"]).strip():
        kind = "missing"
    sentence = SENTENCES.get(kind, "{label}: {msg}.")
    return sentence.format(label=params.label(name), name=name, msg=error["msg"].lower(), **error.get("ctx", {}))
