"""A tool's parameters as things to touch and as rows of a table, and what a run costs in words."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from app.imaging.kinds import KINDS, WRITTEN
from app.toolkit import Choice, Params, Tool
from app.toolkit.values import HEX

SHORT = 34  # letters of all labels together that fit into one row of segments
SLIDES = 100  # steps that can be told apart under a thumb
LINE = 120  # letters that still are one line to write

# Options and files that mean something only together with the choice of another, by tool.
HANGS_ON = {
    "convert": {
        "quality": "option=" + " ".join(kind.name for kind in WRITTEN if kind.lossy),
        "background": "option=" + " ".join(kind.name for kind in WRITTEN if not kind.alpha),
        "animation": "option=" + " ".join(kind.name for kind in WRITTEN if kind.moves),
    },
    "crop": {
        "focus": "ratio!=free",
        "x": "ratio=free",
        "y": "ratio=free",
        "width": "ratio=free",
        "height": "ratio=free",
    },
    "remove-background": {
        "color": "background=color",
        "blur": "background=blur",
        "background_image": "background=picture",
    },
    "magic-edit": {"repaint": "mask=file"},  # with scripts, the mask is brushed, and brushed in white
}


@dataclass(frozen=True)
class OptionView:
    """One parameter. `widget` is how it is touched: formats, styles, models, behind, segments, chips, colour, switch,
    slider, number, words or line. `when` is the choice without which it means nothing, as in "background=color".
    """

    name: str
    label: str
    help: str
    widget: str
    value: str
    default: str
    choices: tuple[Choice, ...] = ()
    prices: Mapping[str, int] = field(default_factory=dict)  # by choice, where the price depends on it
    least: float | None = None
    most: float | None = None
    required: bool = False
    error: str = ""
    step: str = ""  # between numbers
    when: str = ""

    @property
    def values(self) -> str:
        """What may be entered, in words."""
        if self.choices:
            return ", ".join(choice.value for choice in self.choices if choice.value)
        if self.step:
            return _between(self.least, self.most)
        written = {"switch": "yes or no", "colour": "a colour, as #rrggbb"}
        return written.get(self.widget) or (f"a text, at most {self.most:g} characters" if self.most else "a text")


def options(tool: Tool, given: Mapping[str, Any], errors: Mapping[str, str]) -> list[OptionView]:
    """Every parameter as it is drawn, with what is given for it or else its default."""
    return [_option(tool, name, given.get(name), errors.get(name, "")) for name in tool.Params.model_fields]


def prices(tool: Tool) -> str:
    """All it can cost, in words: "10, 15 or 20 credits"."""
    return in_words(set(tool.price_list().values()))


def in_words(amounts: Set[int]) -> str:
    *less, most = [str(price) if price else "free" for price in sorted(amounts)]
    unit = "" if most == "free" else " credits"
    return f"{', '.join(less)} or {most}{unit}" if less else f"{most}{unit}"


def _option(tool: Tool, name: str, given: Any, error: str) -> OptionView:
    info, choices = tool.Params.model_fields[name], _choices(tool.Params, name)
    default = "" if info.is_required() else _text(info.default)
    least, most = _bounds(info)
    value = default if given is None else _text(given)
    if info.is_required() and choices and not value:
        value = choices[0].value
    return OptionView(
        name=name,
        label=tool.Params.label(name),
        help=info.description or "",
        widget=_widget(info, choices),
        value=value,
        default=default,
        choices=choices,
        prices=tool.price_list() if name == tool.priced_by else {},
        least=least,
        most=most,
        required=info.is_required(),
        error=error,
        step={int: "1", float: "0.05"}.get(_type(info), ""),
        when=HANGS_ON.get(tool.name, {}).get(name, ""),
    )


def _choices(params: type[Params], name: str) -> tuple[Choice, ...]:
    """With an empty one in front where it may be left out."""
    info, values = params.model_fields[name], [str(value) for value in params.choices(name)]
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    labels = extra.get("labels")
    named = labels if isinstance(labels, list) else [value.replace("-", " ").capitalize() for value in values]
    found = tuple(Choice(value, str(label)) for value, label in zip(values, named, strict=True))
    return (Choice("", "As it is"), *found) if found and info.default is None else found


def _widget(info: FieldInfo, choices: tuple[Choice, ...]) -> str:
    if choices:
        return _chooser([choice for choice in choices if choice.value])
    type_ = _type(info)
    if type_ is bool:
        return "switch"
    if type_ is int and any(isinstance(part, BeforeValidator) for part in info.metadata):
        return "line"  # it understands words, too
    if type_ in (int, float):
        least, most = _bounds(info)
        short = least is not None and most is not None and most - least <= SLIDES
        return "slider" if short and info.default is not None and not info.is_required() else "number"
    if isinstance(info.default, str) and HEX.fullmatch(info.default):
        return "colour"
    return "words" if (_bounds(info)[1] or 0) > LINE else "line"


def _chooser(choices: list[Choice]) -> str:
    if all(choice.value in KINDS for choice in choices):
        return "formats"
    if {"transparent", "color", "picture"} <= {choice.value for choice in choices}:
        return "behind"
    if any(choice.value == "watercolor" for choice in choices):
        return "styles"
    return "segments" if sum(len(choice.label) + 2 for choice in choices) <= SHORT else "chips"


def _type(info: FieldInfo) -> Any:
    """Without the None of what may be left out."""
    if get_origin(info.annotation) in (Union, UnionType):
        return next(part for part in get_args(info.annotation) if part is not type(None))
    return info.annotation


def _bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    """The least and the most of a number; of a text, the most characters."""
    found: dict[type, Any] = {type(bound): bound for bound in info.metadata}
    least = found[Ge].ge if Ge in found else None
    most = found[Le].le if Le in found else found[MaxLen].max_length if MaxLen in found else None
    return least, most


def _between(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"from {least:,}" if least is not None else f"up to {most:,}" if most is not None else "a number"
    return f"{least:,} to {most:,}"


def _text(value: Any) -> str:
    """As a form sends it and a table shows it."""
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
