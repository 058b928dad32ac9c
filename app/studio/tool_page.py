"""A tool's page as its own description says: options as things to touch and as a table, the price, what is on stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import UnionType
from typing import Any, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from app.engines.catalogue import Model
from app.extensions import settings
from app.imaging.kinds import KINDS, WRITTEN
from app.jobs.choosing import price_with
from app.studio.models import Offer, chosen, offers
from app.studio.views import JobView
from app.toolkit import Choice, FileField, Params, Tool
from app.toolkit.values import HEX

FEW = 4  # options of a tool that are always in sight
MODEL = "model"  # who paints: which there are is a setting
RARE = ("seed", "negative_prompt", "page")  # asked for by few
SHORT = 34  # letters of all labels together that fit into one row of segments
SAMPLES = {  # of static/pictures
    "fox": "A fox beside a river in autumn",
    "still-life": "A red teapot and two lemons",
    "reef": "A turtle in a coral reef",
    "city": "A city at night",
}
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


@dataclass(frozen=True)
class ToolPage:
    """What the templates of `tools/` are given. `source` is a job whose result, or with `again` whose own file, stands
    in for an upload; `shown` is on stage, `rows` are the jobs of the batch.
    """

    tool: Tool
    batch: str
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    source: JobView | None = None
    again: bool = False
    shown: JobView | None = None
    rows: Sequence[JobView] = ()
    contest: str = ""  # the note of a refusal that can be contested
    samples: Mapping[str, str] = field(default_factory=lambda: SAMPLES)

    @property
    def url(self) -> str:
        return f"/tools/{self.tool.name}"

    @cached_property
    def options(self) -> list[OptionView]:
        """Every parameter; which model only where there are some to choose from."""
        found = options(self.tool, self.values, self.errors)
        return [self._with_models(one) for one in found if one.name != MODEL or self.models]

    @cached_property
    def models(self) -> list[Offer]:
        """Whom to choose from, with the price of a picture."""
        return offers(self.tool.paints, min(self.tool.price_list().values())) if self.tool.paints else []

    @cached_property
    def model(self) -> Model | None:
        """Who would paint it."""
        return chosen(self.tool.paints, self.values.get(MODEL)) if self.tool.paints else None

    @property
    def folded(self) -> list[OptionView]:
        """What most people leave alone: a tool names first what matters most."""
        later = [*self.options[FEW:], *(one for one in self.options[:FEW] if one.name in RARE)]
        return [one for one in later if not (one.required or one.error or one.when or one.name == MODEL)]

    @property
    def open(self) -> list[OptionView]:
        folded = [one.name for one in self.folded]
        return [one for one in self.options if one.name not in folded]

    @property
    def price(self) -> int:
        """Of one file, for the values as they stand."""
        if self.again and self.tool.free_again:
            return 0
        prices = self.tool.price_list()
        wanted = next((one.value for one in self.options if one.name == self.tool.priced_by), "")
        return price_with(self.model, prices.get(wanted, next(iter(prices.values()))))

    @property
    def deed(self) -> str:
        """What the button says."""
        return "Paint it" if self.tool.paints else self.tool.title

    @property
    def prices(self) -> str:
        return prices(self.tool)

    @property
    def refused(self) -> str:
        """What is wrong with no option and none of the other files."""
        beside = {*(one.name for one in self.options), *(file.name for file, _ in self.others)}
        return next((message for name, message in self.errors.items() if name not in beside), "")

    @property
    def source_size(self) -> tuple[int, int]:
        """Of the source, in pixels, upright; zeros where nobody knows."""
        if self.source is None:
            return 0, 0
        if self.source.pictures and not self.again:
            return self.source.pictures[0].width, self.source.pictures[0].height
        return self.source.known.get("width_in", 0), self.source.known.get("height_in", 0)

    @property
    def most_mb(self) -> int:
        """Of one file."""
        return settings().UPLOAD_MB

    @property
    def others(self) -> list[tuple[FileField, str]]:
        """The files it takes beside the picture, each with the choice without which it means nothing."""
        hangs_on = HANGS_ON.get(self.tool.name, {})
        return [(file, hangs_on.get(file.name, "")) for file in self.tool.files if file.name != "image"]

    @property
    def masked(self) -> bool:
        return any(file.name == "mask" for file in self.tool.files)

    @property
    def framed(self) -> bool:
        """It takes a rectangle, which can be drawn."""
        return {"x", "y", "width", "height"} <= set(self.tool.Params.model_fields)

    @property
    def many(self) -> bool:
        """A mask is of one picture."""
        return not self.masked

    @property
    def waiting(self) -> bool:
        return any(job.waiting for job in (*self.rows, *filter(None, [self.shown])))

    def _with_models(self, option: OptionView) -> OptionView:
        if option.name != MODEL:
            return option
        named = tuple(Choice(offer.name, offer.title) for offer in self.models)
        first = next((offer.name for offer in self.models if offer.mine), "")
        return replace(option, widget="models", choices=named, default=first)


def options(tool: Tool, given: Mapping[str, Any], errors: Mapping[str, str]) -> list[OptionView]:
    """Every parameter as it is drawn, with what is given for it or else its default."""
    return [_option(tool, name, given.get(name), errors.get(name, "")) for name in tool.Params.model_fields]


def prices(tool: Tool) -> str:
    """All it can cost, in words: "10, 15 or 20 credits"."""
    *less, most = [str(price) if price else "free" for price in sorted(set(tool.price_list().values()))]
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
