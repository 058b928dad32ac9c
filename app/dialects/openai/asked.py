"""What can be asked in the OpenAI dialect, and what that is in the words of the tools.

What is not here, or has another value than those here, is refused by name.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

from app.dialects.openai import models
from app.engines.protocol import Task
from app.refusals import Refusal
from app.toolkit import Choice, Params, field, one_of, parse
from app.toolkit.exact import BACKGROUNDS, KINDS, MOST_PICTURES, Size
from app.toolkit.values import model_schema

LOSSLESS = "png"
FORMATS = (Choice("url", "Addresses"), Choice("b64_json", "The pictures themselves"))
STYLES = {"vivid": "vivid", "natural": "standard"}  # theirs → the looks of the tool
QUALITIES = {"auto": "standard", "low": "standard", "medium": "standard", "standard": "standard"}
QUALITIES |= {"high": "high", "hd": "high"}
TOLD = {"low": "low", "high": "high", "hd": "high"}  # the quality of the answer; of all others medium
FIDELITIES = {"low": 0.5, "high": 0.3}  # how far a picture may be left
UNKNOWN_HERE = ("complexity", "frame_count", "frame_duration_ms", "svg", "markup")  # OpenAI's own, not done here
NOWHERE_KEPT = "Taken, and not kept."


def _choices(values: Mapping[str, object]) -> tuple[Choice, ...]:
    return tuple(Choice(value, value) for value in values)


def _auto(given: Any) -> Any:
    return None if isinstance(given, str) and given.strip().lower() == "auto" else given


AutoSize = Annotated[Size, BeforeValidator(_auto)]


class Asked(Params):
    """What all three calls take."""

    model: str | None = Field(
        None,
        title="model",
        description="A name of GET /v1/models; OpenAI's own mean the site's choice.",
        max_length=100,
        json_schema_extra=model_schema(*Task, besides=models.ALIASES),
    )
    n: int = field(1, label="n", help="How many pictures.", ge=1, le=MOST_PICTURES)
    size: AutoSize = field(None, label="size", help="Width x height in multiples of 16, as in 1536x1024.")
    response_format: Annotated[str | None, one_of(FORMATS)] = field(
        None,
        label="response_format",
        help="Left out: b64_json for the names gpt-image-… and chatgpt-image-…, else url.",
        choices=FORMATS,
    )
    user: str = field("", label="user", help=NOWHERE_KEPT, max_length=1000)
    safety_identifier: str = field("", label="safety_identifier", help=NOWHERE_KEPT, max_length=1000)

    @property
    def sends_pictures(self) -> bool:
        """In the answer, rather than their addresses."""
        if self.response_format is None:
            return models.sends_pictures(self.model)
        return self.response_format == "b64_json"

    @property
    def kind(self) -> str:
        return LOSSLESS

    @property
    def told_quality(self) -> str:
        return "medium"

    def wider(self) -> dict[str, Any]:
        """In the words of the tools' wider parameters."""
        return {"count": self.n, "size": self.size, "model": models.ours(self.model)}


class AskedToPaint(Asked):
    """What generations and edits take."""

    prompt: str = field(..., label="prompt", help="What the picture should show.", min_length=1, max_length=32_000)
    quality: Annotated[str, one_of(_choices(QUALITIES))] = field(
        "auto", label="quality", help="High and hd cost more.", choices=_choices(QUALITIES)
    )
    output_format: Annotated[str, one_of(KINDS)] = field(
        LOSSLESS, label="output_format", help="The kind of file.", choices=KINDS
    )
    output_compression: int = field(
        100, label="output_compression", help="The quality of a JPEG or WebP, per cent.", ge=0, le=100
    )
    background: Annotated[str, one_of(BACKGROUNDS)] = field(
        "auto", label="background", help="Transparent ones are not painted.", choices=BACKGROUNDS
    )
    moderation: Annotated[str, one_of(_choices({"auto": ""}))] = field(
        "auto", label="moderation", help="There is one policy for all.", choices=_choices({"auto": ""})
    )
    stream: bool = field(False, label="stream", help="Answer with server-sent events.")
    partial_images: int = field(
        0, label="partial_images", help="At most so many previews, where the engine has some.", ge=0, le=3
    )

    @property
    def kind(self) -> str:
        return self.output_format

    @property
    def told_quality(self) -> str:
        return TOLD.get(self.quality, "medium")

    def wider(self) -> dict[str, Any]:
        return {
            **super().wider(),
            "prompt": self.prompt,
            "quality": QUALITIES[self.quality],
            "kind": self.output_format,
            "compression": self.output_compression,
            "background": self.background,
        }


class Generation(AskedToPaint):
    style: Annotated[str | None, one_of(_choices(STYLES))] = field(
        None, label="style", help="Left out, it is chosen from the prompt.", choices=_choices(STYLES)
    )

    def wider(self) -> dict[str, Any]:
        style = STYLES[self.style] if self.style else None
        return {**super().wider(), "style": style, "size": self.size or "1024x1024"}


class Edit(AskedToPaint):
    """Left out or `auto`, the size is the picture's own."""

    input_fidelity: Annotated[str, one_of(_choices(FIDELITIES))] = field(
        "low",
        label="input_fidelity",
        help="How closely to keep to the picture; what a mask does not mark stays as it is anyway.",
        choices=_choices(FIDELITIES),
    )

    @property
    def strength(self) -> float:
        return FIDELITIES[self.input_fidelity]


class Variation(Asked):
    size: AutoSize = field("1024x1024", label="size", help="Auto: as large as the picture.")


A = TypeVar("A", bound=Asked)


def read(kind: type[A], given: Mapping[str, Any], *, strict: bool) -> A:
    """The request. What is null was left out. Refuses with `invalid`, or `not_found` for the model."""
    said = {name: value for name, value in given.items() if value is not None}
    for name, value in said.items():
        _refuse_unknown(kind, name)
        _refuse_unsupported(kind, name, value)
    for name, about in kind.model_fields.items():
        if about.is_required() and str(said.get(name, "")).strip() == "":
            raise Refusal("invalid", f"{name} is required.", field=name, reason="missing_required_parameter")
    asked = parse(kind, said, strict=strict)
    if asked.model is not None:
        models.refuse_unknown(asked.model)
    if isinstance(asked, AskedToPaint):
        _refuse_contradictions(asked)
    return asked


def _refuse_unknown(kind: type[Asked], name: str) -> None:
    if name in kind.model_fields:
        return
    if name in UNKNOWN_HERE or any(name in other.model_fields for other in (Generation, Edit)):
        told, reason = f"“{name}” is not supported here.", "unsupported_parameter"
    else:
        told, reason = f"There is no parameter “{name[:60]}”.", "unknown_parameter"
    raise Refusal("invalid", told, field=name[:60], reason=reason)


def _refuse_unsupported(kind: type[Asked], name: str, value: Any) -> None:
    """A choice of OpenAI's that is none of ours."""
    choices = kind.choices(name)
    if choices and isinstance(value, str) and value.strip().lower() not in choices:
        told = f"{name} “{value[:60]}” is not supported here: it is one of {', '.join(choices)}."
        raise Refusal("invalid", told, field=name, reason="unsupported_value")


def _refuse_contradictions(asked: AskedToPaint) -> None:
    """Wishes that could only be left unread."""
    if asked.output_format == LOSSLESS and asked.output_compression != 100:
        raise Refusal("invalid", "A PNG has no output_compression below 100.", field="output_compression")
    if asked.partial_images and not asked.stream:
        raise Refusal("invalid", "partial_images needs stream.", field="partial_images")
    if asked.stream and asked.response_format == "url":
        raise Refusal("invalid", "With stream, response_format is b64_json.", field="response_format")
