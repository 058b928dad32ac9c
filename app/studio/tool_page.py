"""A tool's page as its own description says: options as things to touch and as a table, the price, what is on stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from app.engines.catalogue import Model
from app.extensions import settings
from app.jobs.choosing import price_with
from app.studio.models import Offer, chosen, offers
from app.studio.options import HANGS_ON, OptionView, in_words, options
from app.studio.views import JobView
from app.toolkit import Choice, FileField, Tool

FEW = 4  # options of a tool that are always in sight
MODEL = "model"  # who paints: which there are is a setting
RARE = ("seed", "negative_prompt", "page")  # asked for by few
SAMPLES = {  # of static/pictures
    "fox": "A fox beside a river in autumn",
    "still-life": "A red teapot and two lemons",
    "reef": "A turtle in a coral reef",
    "city": "A city at night",
}


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
        listed = self.tool.price_list().values()
        return in_words({offer.price for offer in self.models} or {price_with(self.model, price) for price in listed})

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
