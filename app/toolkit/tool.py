"""A tool: anything that makes a picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.engines.protocol import Painting, Task
from app.imaging.made import Encoded, Facts, Made
from app.toolkit.bench import Bench
from app.toolkit.params import Params


class FileField(NamedTuple):
    """A file that a tool takes: the field's name, and what a page says about it."""

    name: str
    label: str
    help: str
    required: bool = True


class Question(NamedTuple):
    asked: str
    answer: str


SomeParams = type[Params]
PICTURE = FileField("image", "Picture", "The picture to work on.")


@dataclass(frozen=True)
class Outcome:
    """What a run made: pictures an engine painted or files a child wrote, what stands beside them, and facts."""

    pictures: Sequence[Painting | Encoded]
    facts: Facts = field(default_factory=dict)
    sides: Mapping[str, Encoded] = field(default_factory=dict)

    @classmethod
    def of(cls, made: Made) -> "Outcome":
        return cls(made.files, made.facts, made.sides)


@dataclass(frozen=True)
class Tool:
    """`Wider` parameters are what other dialects may ask besides. `price` is in credits. `size` is the result's in
    pixels where it is known before it is there, else (0, 0).

    `paints` is what it asks of a model, whose picture free plans get with a mark. A tool with `files` takes uploads,
    and needs an account. `keeps` names sides that stay with the job: `again=<job>` hands them back with what the job
    started from, and such a run is free if `free_again` says so.
    """

    name: str
    title: str
    Params: type[Params]
    price: Callable[[Any], int]
    run: Callable[[Bench, Any], Outcome]
    sentence: str  # what it does, in one
    done: str  # the API's message of success
    size: Callable[[Any], tuple[int, int]] = lambda _params: (0, 0)
    files: tuple[FileField, ...] = ()
    paints: Task | None = None
    Wider: SomeParams | None = None  # a subclass of Params
    priced_by: str | None = None  # the choice that the price depends on
    keeps: tuple[str, ...] = ()
    free_again: bool = False
    icon: str = "image"
    steps: tuple[str, str, str] | tuple[()] = ()
    questions: tuple[Question, ...] = ()

    @property
    def stored_as(self) -> SomeParams:
        """What the parameters of a job are read with, whichever dialect it came by."""
        return self.Wider or self.Params

    def price_list(self) -> dict[str, int]:
        """Credits by choice of `priced_by`; by "" where there is one price."""
        if self.priced_by is None:
            return {"": self.price(self.Params.sample())}
        choices = self.Params.choices(self.priced_by)
        return {str(value): self.price(self.Params.sample(**{self.priced_by: value})) for value in choices}
