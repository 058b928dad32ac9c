"""A model from the hub into the folder of models: the files that are needed and no others."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.engines.diffusers.families import INDEX
from app.engines.diffusers.faults import first_line
from app.engines.diffusers.weights import chosen

NAME = re.compile(r"[\w.-]+/[\w.-]+")
KEPT = (".json", ".txt", ".model")  # beside the weights: settings, words, licences


class NotFetched(Exception):
    """One line for whoever asked, with the way out."""


def fetch(name: str, models: Path, *, half: bool = False, address: str | None = None) -> Path:
    """The folder it lies in. What is broken off goes on where it was when it is asked for again. Raises NotFetched."""
    hub = _hub()
    folder = models / name.replace("/", "--")
    unfinished = folder.with_name(f".{folder.name}.part")
    if folder.is_dir():
        return folder
    try:
        files = needed(hub.HfApi(endpoint=address).list_repo_files(name), half=half)
        if not files:
            raise NotFetched(f"{name} is no diffusers model: it has neither {INDEX} nor weights of its own")
        hub.snapshot_download(name, allow_patterns=files, local_dir=unfinished, endpoint=address)
        unfinished.rename(folder)
    except hub.errors.GatedRepoError as error:
        raise NotFetched(f"{name} asks for its terms to be accepted: do so on its page, and set HF_TOKEN") from error
    except hub.errors.RepositoryNotFoundError as error:
        raise NotFetched(f"{name}: the hub knows no such model, or it is private and HF_TOKEN is not set") from error
    except (OSError, ValueError, hub.errors.HTTPError) as error:
        raise NotFetched(f"{name}: {first_line(error)}: mend it or try later: it goes on from there") from error
    return folder


def needed(files: Sequence[str], *, half: bool) -> list[str]:
    """Of what a model's place at the hub holds; nothing if that is no model."""
    parts: dict[str, list[str]] = {}
    for file in files:
        parts.setdefault(file.rpartition("/")[0], []).append(file)
    if INDEX in files:
        whole = parts.pop("")  # beside the parts lie copies in one file
        loaded = [file for part in parts.values() if any(f.endswith(KEPT) for f in part) for file in _of(part, half)]
        return [file for file in whole if file.endswith(KEPT)] + loaded
    return _of(parts.get("", []), half) if "config.json" in files else []  # a single part: a checker, a decoder


def _of(part: Sequence[str], half: bool) -> list[str]:
    return [file for file in part if file.endswith(KEPT)] + chosen(part, half=half)


def _hub() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
    except ImportError as error:
        raise NotFetched(f"this needs what diffusers brings ({error}): run `make diffusers`") from error
    return huggingface_hub
