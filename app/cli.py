"""The operator's commands: `.venv/bin/flask --app wsgi …` with the same DATA_DIR as the site."""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app import clock
from app.accounts import people
from app.accounts.models import Person
from app.billing.plans import PLANS
from app.billing.standing import welcome
from app.credits import statement, wallet
from app.credits.ledger import Grant
from app.credits.reconcile import discrepancies
from app.extensions import transaction
from app.jobs import lifecycle, retention
from config import ROOT, settings_page

people_group = AppGroup("people", help="The people with accounts.")
credits_group = AppGroup("credits", help="The ledger of credits.")
jobs_group = AppGroup("jobs", help="The jobs.")


def init_app(app: Flask) -> None:
    for command in (people_group, credits_group, jobs_group, prune, settings):
        app.cli.add_command(command)


@people_group.command("set-plan")
@click.argument("email")
@click.argument("plan", type=click.Choice(list(PLANS)))
def set_plan(email: str, plan: str) -> None:
    """Put EMAIL on PLAN from now on, with this month's credits of that plan."""
    person = _person(email)
    people.set_plan(person, plan)
    person.plan = plan
    welcome(person, clock.now())
    click.echo(f"{person.email} is on {PLANS[plan].title}, with {statement.balance(person.id, clock.now())} credits.")


@credits_group.command("grant")
@click.argument("email")
@click.argument("amount", type=click.IntRange(min=1))
@click.option("--key", help="Grant once for this key, however often the command runs.")
def grant(email: str, amount: int, key: str | None) -> None:
    """Give EMAIL a gift of AMOUNT credits that do not expire."""
    person, now = _person(email), clock.now()
    gift = Grant("gift", amount, f"gift:{key or now.isoformat()}", "A gift", expires_at=None)
    with transaction() as tx:
        if not wallet.grant(tx, person.id, gift, now):
            raise click.ClickException(f"the key {key!r} was granted before; nothing changed")
    click.echo(f"{person.email} has {statement.balance(person.id, now)} credits.")


@credits_group.command("reconcile")
def reconcile() -> None:
    """Count every wallet again from its lines. Exit status 1 if one does not add up."""
    found = discrepancies()
    for discrepancy in found:
        click.echo(discrepancy)
    click.echo(f"{len(found)} discrepancies")
    sys.exit(1 if found else 0)


@jobs_group.command("sweep")
def sweep() -> None:
    """Take jobs back from workers that went silent."""
    click.echo(f"{lifecycle.sweep(clock.now())} jobs taken back")


@click.command("prune")
@with_appcontext
def prune() -> None:
    """Delete the files whose time is up, and files that nothing knows."""
    click.echo(f"{retention.prune(clock.now())} files deleted")


@click.command("settings")
@click.option("--write", is_flag=True, help="Write docs/settings.md instead of printing it.")
def settings(write: bool) -> None:
    """Print every setting with its type, default and meaning."""
    if write:
        Path(ROOT / "docs/settings.md").write_text(settings_page())
    else:
        click.echo(settings_page())


def _person(email: str) -> Person:
    person = people.find(email)
    if person is None:
        raise click.ClickException(f"nobody is registered as {email}")
    return person
