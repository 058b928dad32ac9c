"""What is known of each family of models, read from families.toml; and of which family a folder is, without torch."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.engines.protocol import Task

INDEX = "model_index.json"
DATA = Path(__file__).with_name("families.toml")


def tasks_of(folder: Path) -> frozenset[Task]:
    """What a model can do by its family; everything, where nobody knows."""
    pipelines = _table()["pipelines"]
    return frozenset(Task(task) for task in pipelines.get(pipeline_of(folder), list(Task)))


def pipeline_of(folder: Path) -> str:
    """The name of the pipeline that a model's folder names; empty where it names none, or is on another machine."""
    try:
        return str(json.loads((folder / INDEX).read_text())["_class_name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text())
