"""`flask models …`: the models of this site, those that cut out pictures, and whether they work."""

import logging
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup

from app.engines import Model, open_engine
from app.engines.catalogue import folder_of
from app.engines.diffusers import fetching
from app.engines.diffusers.families import INDEX
from app.engines.protocol import EngineDown, PaintRequest, quiet
from app.extensions import models, settings
from app.imaging.cutout.models import ADDRESS, MODELS, fetch
from app.refusals import Refusal

SMALL = PaintRequest("a lighthouse by the sea", 256, 256, seed=1)

models_group = AppGroup("models", help="The models that paint, and those that cut out pictures.")


@models_group.command("list")
def list_models() -> None:
    """Name the models that paint here, and those that cut out pictures with their licences; tell which are there."""
    click.echo("They paint, by MODEL_LIST or by ENGINE and its like:")
    for model in models().values():
        click.echo(f"  {model.name}: {model.kind}, {_whereabouts(model)}")
    click.echo("They cut out pictures, by REMOVE_BACKGROUND_MODEL:")
    for name, cutter in MODELS.items():
        there = "there" if (settings().models / f"{name}.onnx").is_file() else "not fetched"
        click.echo(f"  {name}: {cutter.licence}, {there}")


@models_group.command("fetch")
@click.argument("name")
@click.option("--fp16", "half", is_flag=True, help="Of a diffusers model, files in half precision where it has them.")
@click.option("--from", "address", help="Where the files lie, if not where they usually do.")
def fetch_model(name: str, half: bool, address: str | None) -> None:
    """Download the model NAME: OWNER/NAME of a diffusers model at the hub, or one that cuts out pictures."""
    if fetching.NAME.fullmatch(name):
        path = _fetched(name, half, address)
        click.echo(f"{path}: set MODEL={name} and start again to use it.")
    elif name in MODELS:
        path = _fetched_cutter(name, address or ADDRESS)
        click.echo(f"{path}: set REMOVE_BACKGROUND_MODEL={name} and start again to use it.")
    else:
        known = ", ".join(MODELS)
        raise click.BadParameter(f"{name!r} is neither OWNER/NAME of a diffusers model nor one of {known}")


@models_group.command("check")
@click.argument("name")
def check_model(name: str) -> None:
    """Open the model NAME of this site, paint one small picture with it, and tell where it ran and how long it took."""
    if name not in models():
        raise click.ClickException(f"there is no model {name!r} here: it is one of {', '.join(models())}")
    logging.basicConfig(format="%(message)s")
    began = monotonic()
    try:
        engine = open_engine(models()[name], settings())
        opened = monotonic()
        [painting] = engine.paint(SMALL, quiet)
    except (EngineDown, Refusal) as error:
        raise click.ClickException(str(error)) from error
    width, height = painting.image.size
    where = f" on {engine.where}" if hasattr(engine, "where") else ""
    opening, painting_it = opened - began, monotonic() - opened
    click.echo(f"{name} works{where}: opened in {opening:.1f} s, {width} × {height} pixels in {painting_it:.1f} s")


def _whereabouts(model: Model) -> str:
    if model.kind == "diffusers":
        folder = folder_of(model.source, settings())
        return f"{folder}, {'there' if (folder / INDEX).is_file() else 'not there'}"
    if model.kind == "openai":
        parts = urlsplit(model.base_url)  # a password may stand before the host, or in the query
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return "built in"


def _fetched(name: str, half: bool, address: str | None) -> Path:
    try:
        return fetching.fetch(name, settings().models, half=half, address=address)
    except fetching.NotFetched as error:
        raise click.ClickException(str(error)) from error


def _fetched_cutter(name: str, address: str) -> Path:
    try:
        return fetch(name, settings().models, address)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
