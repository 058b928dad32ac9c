"""Whole programs for the guides: templates by kind and language, filled with what the document says."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import render_template

from app.site.openapi.operations import operations
from app.site.samples import LANGUAGES
from app.site.samples.call import GIVEN, Language
from app.site.samples.literals import JAVASCRIPT, PHP, PYTHON, RUBY, literal
from config import ROOT

FOLDER = ROOT / "templates/docs/programs"
RELATIVES = {"httpx": "requests", "requests": "httpx"}  # what stands in for a language that a program lacks


class Program(NamedTuple):
    kind: str
    code: str
    language: Language
    languages: list[Language]  # that it is there in


@cache
def languages_of(kind: str) -> tuple[Language, ...]:
    there = {Path(file).stem for file in (FOLDER / kind).glob("*.txt")}
    return tuple(language for language in LANGUAGES if language.name in there)


def program(kind: str, wanted: str, site: str) -> Program:
    """In the language that is wanted, or the next to it that there is."""
    there = {language.name: language for language in languages_of(kind)}
    first = next(iter(there))
    found = there[next((name for name in (wanted, RELATIVES.get(wanted, "")) if name in there), first)]
    code = render_template(f"docs/programs/{kind}/{found.name}.txt", site=site, **_told())
    return Program(kind, code, found, list(there.values()))


def _told() -> dict[str, Any]:
    """Addresses and bodies, from the document."""
    paths = {operation.id: operation.path for operation in operations()}
    wish = GIVEN["generate_create"]
    body = {
        "json": json.dumps(wish),
        "python": literal(wish, PYTHON),
        "javascript": literal(wish, JAVASCRIPT),
        "php": literal(wish, PHP),
        "ruby": literal(wish, RUBY),
    }
    return {
        "start": paths["generate_create"],
        "job": paths["jobs_show"].replace("{job_id}", ""),
        "convert": paths["tools_convert"],
        "body": body,
    }
