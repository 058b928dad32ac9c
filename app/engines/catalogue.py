"""The models of this site: who can paint, what each is good at, what it costs and who may have it.

They follow from the settings: one model from `ENGINE` and its like, or several from the file `MODEL_LIST`. Knowing them
needs no engine: the web process describes what only workers open.
"""

import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.engines.protocol import Task
from config import BadSetting, Settings

OPENAI = "https://api.openai.com/v1"
RESERVED = ("tools", "messages", "web", "auto")  # other lanes, programs and words
NAME = r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?"
ILLUSTRATOR = "the built-in illustrator"
TAKES = {"illustrator": set[str](), "diffusers": {"model"}, "openai": {"model", "base_url", "key_from"}}

Plan = Literal["free", "pro", "max"]
Kind = Literal["illustrator", "diffusers", "openai"]


@dataclass(frozen=True)
class Model:
    """Somebody who paints. `name` is what a request's `model` says, and the lane of its jobs.

    `price` is a factor: 1 is what the price lists say. `plans` may use it; none named: all. `tasks` are what it can do.
    `source` is the model's folder or hub name, or its name at the endpoint `base_url`.
    """

    name: str
    kind: Kind
    title: str  # as a page names it: "painted by …"
    good_at: str = ""
    price: float = 1.0
    plans: frozenset[str] = frozenset()
    tasks: frozenset[Task] = frozenset(Task)
    source: str = ""
    base_url: str = field(default="", repr=False)  # may hold a password, and so belongs in a log as little as the key
    api_key: str = field(default="", repr=False)

    @property
    def beginning(self) -> str:
        """The title where a sentence or a line begins with it; a name keeps its letters."""
        return re.sub(r"^the ", "The ", self.title)

    def open_to(self, plan: str) -> bool:
        return not self.plans or plan in self.plans


class Catalogue(Mapping[str, Model]):
    """The models by name, in the operator's order; the first is the site's own choice."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = {model.name: model for model in models}

    def __getitem__(self, name: str) -> Model:
        return self._models[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def first(self, plan: str, task: Task) -> Model | None:
        """The site's own choice for somebody on this plan; None where nobody can do it."""
        return next((model for model in self.values() if task in model.tasks and model.open_to(plan)), None)

    def next_to(self, name: str, plan: str, task: Task, out: Collection[str] = ()) -> Model | None:
        """Who stands in for a model that does not work: another one, not out, that can do it at the same price."""
        others = [each for each in self.values() if each.name not in (name, *out) and each.price == self[name].price]
        return Catalogue(others).first(plan, task)


WRITTEN_SO = {  # a regular expression helps nobody
    "name": "40 lower-case letters, digits, dots and hyphens at most, such as “sdxl-turbo”",
    "base_url": "an address such as “http://gpu:8080/v1”",
}
SENTENCES = {"extra_forbidden": "there is no such field", "missing": "is needed"}


class Entry(BaseModel):
    """A `[[model]]` of MODEL_LIST."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(pattern=f"^{NAME}$")]
    engine: Kind
    title: Annotated[str, Field(max_length=60)] = ""
    good_at: Annotated[str, Field(max_length=120)] = ""
    price: Annotated[float, Field(gt=0, le=100)] = 1.0
    plans: list[Plan] = []
    tasks: list[Task] = []
    model: str = ""
    base_url: Annotated[str, Field(pattern=r"^(https?://[^/\s]+.*)?$")] = ""
    key_from: str = ""  # the environment variable that holds the key


def read(settings: Settings, environ: Mapping[str, str] = os.environ) -> Catalogue:
    """The models of these settings. Raises BadSetting, one line that names the setting."""
    if settings.MODEL_LIST:
        return Catalogue(list(_listed(settings, settings.MODEL_LIST, environ)))
    return Catalogue([_only(settings)])


def folder_of(source: str, settings: Settings) -> Path:
    """Where a diffusers model lies or would lie: a folder as it is written, else what was fetched by that name."""
    written = Path(source)
    with suppress(RuntimeError):  # ~ of somebody who is not here
        written = written.expanduser()
    return written if _is_folder(written) else settings.models / source.replace("/", "--")


def overlooked(settings: Settings) -> str:
    """A line about a model that `auto` does not find, for whoever starts the site; empty where there is none."""
    if settings.MODEL_LIST or settings.ENGINE != "auto" or not settings.MODEL or _found(settings) != "illustrator":
        return ""
    folder = folder_of(settings.MODEL, settings)
    return f"MODEL: neither {settings.MODEL} nor {folder} is a folder, so {ILLUSTRATOR} paints (ENGINE=auto)"


def _only(settings: Settings) -> Model:
    kind = settings.ENGINE
    if kind == "auto":
        kind = _found(settings)
    if kind == "openai":
        if not (settings.OPENAI_BASE_URL or settings.OPENAI_API_KEY):
            raise BadSetting("OPENAI_BASE_URL: ENGINE=openai needs it, or OPENAI_API_KEY for OpenAI itself")
        return _endpoint(_name_of(settings.OPENAI_MODEL, "openai"), settings)
    if kind == "diffusers":
        if not settings.MODEL:
            raise BadSetting("MODEL: ENGINE=diffusers needs the folder of a model, or the name of one that was fetched")
        return _diffusers(_name_of(settings.MODEL, "diffusers"), settings.MODEL, settings)
    return _illustrator()


def _found(settings: Settings) -> Kind:
    """What `auto` means."""
    if settings.OPENAI_BASE_URL or settings.OPENAI_API_KEY:
        return "openai"
    if settings.MODEL and _is_folder(folder_of(settings.MODEL, settings)):
        return "diffusers"
    return "illustrator"


def _illustrator(name: str = "illustrator") -> Model:
    return Model(name, "illustrator", ILLUSTRATOR, "Drawings at once, without any model")


def _endpoint(name: str, settings: Settings) -> Model:
    where = settings.OPENAI_BASE_URL or OPENAI
    title = settings.OPENAI_MODEL or name
    return Model(name, "openai", title, source=settings.OPENAI_MODEL, base_url=where, api_key=settings.OPENAI_API_KEY)


def _diffusers(name: str, source: str, settings: Settings) -> Model:
    from app.engines.diffusers.families import tasks_of

    tasks = tasks_of(folder_of(source, settings))
    return Model(name, "diffusers", Path(source).name, tasks=tasks, source=source)


def _listed(settings: Settings, path: Path, environ: Mapping[str, str]) -> Iterator[Model]:
    known: set[str] = set()
    for number, given in enumerate(_entries(path), start=1):
        entry = _entry(given, number)
        where = f"MODEL_LIST: model {number} (“{entry.name}”)"
        if entry.name in RESERVED or entry.name in known:
            raise BadSetting(f"{where}: this name is taken; give each model one of its own")
        known.add(entry.name)
        for name in sorted(TAKES["openai"] & entry.model_fields_set - TAKES[entry.engine]):
            raise BadSetting(f"{where}: {name}: means nothing with engine = “{entry.engine}”; leave it out")
        model = _described(_opened(entry, where, settings, environ), entry, where)
        if number == 1 and (model.price != 1 or model.plans or Task.WORDS not in model.tasks):
            raise BadSetting(
                f"{where}: the first model paints from words, for everybody and at the prices of the price list; "
                "put another first"
            )
        yield model


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # no file, no UTF-8, no TOML
        raise BadSetting(f"MODEL_LIST: {path} cannot be read: {_in_one_line(error)}") from None
    models = given.pop("model", None)
    if given or not isinstance(models, list) or not models or not all(isinstance(each, dict) for each in models):
        raise BadSetting(f"MODEL_LIST: {path} lists models as [[model]], one or more, and nothing else")
    return models


def _entry(given: dict[str, Any], number: int) -> Entry:
    try:
        return Entry.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        which = _in_one_line(".".join(str(part) for part in first["loc"]))
        told = SENTENCES.get(first["type"]) or WRITTEN_SO.get(which) or first["msg"].lower()
        raise BadSetting(f"MODEL_LIST: model {number}: {which}: {told}") from None


def _opened(entry: Entry, where: str, settings: Settings, environ: Mapping[str, str]) -> Model:
    if entry.engine == "illustrator":
        return _illustrator(entry.name)
    if entry.engine == "diffusers":
        if not entry.model:
            raise BadSetting(f"{where}: model: the folder of a diffusers model, or the name of one that was fetched")
        return _diffusers(entry.name, entry.model, settings)
    if entry.key_from and not environ.get(entry.key_from):
        raise BadSetting(f"{where}: key_from: there is no environment variable {entry.key_from}")
    base = entry.base_url or settings.OPENAI_BASE_URL or OPENAI
    key = environ[entry.key_from] if entry.key_from else settings.OPENAI_API_KEY
    if entry.base_url and not entry.key_from:
        key = ""  # the site's own key is not for every address
    return Model(entry.name, "openai", entry.model or entry.name, source=entry.model, base_url=base, api_key=key)


def _described(model: Model, entry: Entry, where: str) -> Model:
    for task in sorted(set(entry.tasks) - model.tasks):
        raise BadSetting(f"{where}: tasks: a model of this kind cannot do “{task.value}”; leave it out")
    return replace(
        model,
        title=entry.title or model.title,
        good_at=entry.good_at or model.good_at,
        price=entry.price,
        plans=frozenset(entry.plans),
        tasks=frozenset(entry.tasks) or model.tasks,
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # too long a name, or nobody may look
        return False


def _in_one_line(said: object) -> str:
    return " ".join(str(said).split())


def _name_of(source: str, otherwise: str) -> str:
    """A model's own name for a request: the last part of its folder or hub name, as far as it can be one."""
    last = re.sub(r"[^a-z0-9._-]+", "-", source.rstrip("/").rsplit("/", 1)[-1].lower())[:40].strip("._-")
    return last if last and last not in RESERVED else otherwise
