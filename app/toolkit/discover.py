"""Finding the tools: every module of a package that holds a `tool`."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from app.toolkit.tool import Tool


def discover(package: str, path: Iterable[str]) -> dict[str, Tool]:
    """The tools of a package by name. A module without one is a mistake and raises AttributeError."""
    modules = (import_module(f"{package}.{found.name}") for found in iter_modules(path))
    return {module.tool.name: module.tool for module in modules}
