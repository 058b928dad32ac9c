"""What is known of each family of models, read from families.toml; and of which family a folder is, without torch."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.engines.protocol import Task

INDEX = "model_index.json"
DATA = Path(__file__).with_name("families.toml")
QUALITIES = ("standard", "high", "ultra")
OTHER = "other"
QUICK = re.compile(r"turbo|lightning|hyper|schnell|lcm|flash", re.IGNORECASE)  # in the name of a folder

Pixels = tuple[int, int]


@dataclass(frozen=True)
class Family:
    """How models of a kind are painted with; `steps` and `guidance` are None where their pipeline chooses itself."""

    name: str
    side: int
    multiple: int
    negative: bool = False
    decoder: str = ""  # the name of the small one that people fetch for previews
    steps: tuple[int, int, int] | None = None
    guidance: float | None = None
    pixels: tuple[float, float, float] = (1.0, 1.0, 1.0)
    shapes: tuple[Pixels, ...] = ()

    def steps_for(self, quality: str) -> int | None:
        return self.steps[_grade(quality)] if self.steps else None

    def area_for(self, quality: str) -> float:
        """In pixels."""
        return float(self.side**2 * self.pixels[_grade(quality)])


def tasks_of(folder: Path) -> frozenset[Task]:
    """What a model can do by its pipeline; everything, where nobody knows."""
    pipelines = _table()["pipelines"]
    return frozenset(Task(task) for task in pipelines.get(pipeline_of(folder), list(Task)))


def pipeline_of(folder: Path) -> str:
    """The name of the pipeline that a model's folder names; empty where it names none, or is on another machine."""
    return str(_read(folder / INDEX).get("_class_name", ""))


def family_of(folder: Path) -> Family:
    """Told by the model's own files, and by its name where they do not tell that it needs few steps only."""
    families: dict[str, dict[str, Any]] = _table()["families"]
    pipeline = pipeline_of(folder)
    name = next((name for name, told in families.items() if pipeline in told.get("pipelines", [])), OTHER)
    if _is_quick(folder):
        name = families[name].get("quick", name)
    return _made(name, families[name])


def _is_quick(folder: Path) -> bool:
    """Whether a model was distilled to few steps."""
    guided = _read(folder / "transformer" / "config.json").get("guidance_embeds")
    if guided is not None:  # FLUX: dev knows guidance, schnell none
        return not guided
    scheduler = _read(folder / "scheduler" / "scheduler_config.json")
    trailing = scheduler.get("timestep_spacing") == "trailing" and not scheduler.get("rescale_betas_zero_snr")
    named = f"{folder.name} {_read(folder / INDEX).get('_name_or_path', '')}"
    return trailing or "LCM" in scheduler.get("_class_name", "") or QUICK.search(named) is not None


def _made(name: str, told: dict[str, Any]) -> Family:
    known = {key: value for key, value in told.items() if key not in ("pipelines", "quick")}
    known |= {key: tuple(known[key]) for key in ("steps", "pixels") if key in known}
    known["shapes"] = tuple((width, height) for width, height in known.get("shapes", []))
    return Family(name=name, **known)


def _grade(quality: str) -> int:
    return QUALITIES.index(quality) if quality in QUALITIES else 0


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text())
