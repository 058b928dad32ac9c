"""`limn job`, `limn cancel`, `limn tools`."""

from dataclasses import asdict

import click

from limn.commands.catalogue import catalogue
from limn.commands.failures import as_json, plain, sentence
from limn.sync import Job, Limn

as_machine = click.option("--json", "machine", is_flag=True, help="As JSON.")


@click.command()
@click.argument("job_id")
@click.option("-o", "--output", help="Wait for it, and write its pictures to this file or folder.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@as_machine
def job(job_id: str, output: str | None, force: bool, machine: bool) -> None:
    """How a job stands; with -o, its pictures."""
    with Limn() as limn:
        found = limn.job(job_id)
        saved = found.save(output, overwrite=force) if output else []
    _tell(found, machine)
    for path in saved:
        click.echo(plain(str(path)), err=machine)


@click.command()
@click.argument("job_id")
@as_machine
def cancel(job_id: str, machine: bool) -> None:
    """Stop a job that waits or runs; its credits come back."""
    with Limn() as limn:
        _tell(limn.job(job_id).cancel(), machine)


@click.command()
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="Pictures a page.")
@as_machine
def history(page: int, limit: int, machine: bool) -> None:
    """What was painted, newest first."""
    with Limn() as limn:
        found = limn.history(page, limit)
    if machine:
        click.echo(as_json(asdict(found)))
        return
    for image in found.images:
        click.echo(plain(f"{image.created_at[:16].replace('T', ' ')}  {image.url}  {image.prompt}"))
    click.echo(f"Page {found.page} of {found.pages}, {found.total} pictures.", err=True)


@click.command()
@as_machine
def tools(machine: bool) -> None:
    """What the server can do, and what it costs."""
    found = catalogue(fresh=0)
    if machine:
        click.echo(as_json([asdict(tool) for tool in found]))
        return
    width = max((len(tool.name) for tool in found), default=0)
    for tool in found:
        click.echo(plain(f"{tool.name:{width}}  {tool.description} {tool.price} credits."))


def _tell(found: Job, machine: bool) -> None:
    if machine:
        click.echo(as_json(dict(found.facts)))
        return
    place = f", number {found.queue_position} in the queue" if found.queue_position else ""
    why = f": {sentence(found.error)}" if found.error else ""
    running = f", {found.progress} %" if not found.done and not place else ""
    click.echo(plain(f"{found.id}: {found.status}{place}{running}{why}"))
    for page in found.share_urls:
        click.echo(plain(page))
