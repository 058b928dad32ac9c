"""The operator's commands: `.venv/bin/flask --app wsgi …` with the same DATA_DIR as the site."""

import json
import re
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app import clock
from app.accounts import people
from app.accounts.models import Person
from app.billing.plans import ITEMS, PLANS
from app.billing.standing import welcome
from app.cli.billing import billing_group
from app.cli.mail import mail_group
from app.cli.models import models_group
from app.credits import statement, wallet
from app.credits.ledger import Grant
from app.credits.reconcile import discrepancies
from app.engines import open_illustrator
from app.engines.illustrator.read import read
from app.engines.protocol import PaintRequest, quiet
from app.extensions import transaction
from app.jobs import belongings, contests, lifecycle, retention
from app.jobs.contests import Ruling
from app.payments import books
from app.refusals import Refusal
from app.studio.manual import manual_page
from config import ROOT, settings_page

people_group = AppGroup("people", help="The people with accounts.")
credits_group = AppGroup("credits", help="The ledger of credits.")
jobs_group = AppGroup("jobs", help="The jobs.")
contests_group = AppGroup("contests", help="Refusals that somebody contests.")


def init_app(app: Flask) -> None:
    groups = (people_group, credits_group, jobs_group, models_group, contests_group, billing_group, mail_group)
    for command in (*groups, prune, settings, tools, illustrate):
        app.cli.add_command(command)


@people_group.command("set-plan")
@click.argument("email")
@click.argument("plan", type=click.Choice(list(PLANS)))
def set_plan(email: str, plan: str) -> None:
    """Put EMAIL on PLAN from now on, with this month's credits of that plan."""
    person = _person(email)
    if running := books.subscription_of(person.id):
        said = f"{email} pays for {ITEMS[running.item].title} ({running.id}); cancel that at Stripe first."
        raise click.ClickException(said)
    before, now = PLANS[person.plan], clock.now()
    people.set_plan(person, plan)
    person.plan, person.plan_until = plan, None
    with transaction() as tx:
        if PLANS[plan].paid:
            belongings.keep(tx, person.id, now)
        elif before.paid:
            belongings.let_go(tx, person.id, before.title, now)
    welcome(person, now)
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


@contests_group.command("list")
@click.option("--all", "every", is_flag=True, help="Those with a ruling, too.")
def list_contests(every: bool) -> None:
    """Show the refusals that wait for a ruling: number, category, prompt."""
    for contest in contests.queue(None if every else Ruling.OPEN):
        ruled = f" ({contest.ruling})" if every else ""
        click.echo(f"{contest.id}  {contest.created_at:%Y-%m-%d}  {contest.category}{ruled}: {contest.prompt}")


@contests_group.command("allow")
@click.argument("contest_id", type=int, metavar="ID")
def allow_contest(contest_id: int) -> None:
    """Let the prompt of contest ID pass from now on, for everybody."""
    _rule(contest_id, Ruling.ALLOWED)


@contests_group.command("uphold")
@click.argument("contest_id", type=int, metavar="ID")
def uphold_contest(contest_id: int) -> None:
    """Stand by the refusal that contest ID is about."""
    _rule(contest_id, Ruling.UPHELD)


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


@click.command("tools")
@click.option("--write", is_flag=True, help="Write docs/tools.md instead of printing it.")
def tools(write: bool) -> None:
    """Print the manual of every tool."""
    if write:
        Path(ROOT / "docs/tools.md").write_text(manual_page())
    else:
        click.echo(manual_page())


@click.command("illustrate")
@click.argument("prompt")
@click.option("--explain", is_flag=True, help="Print the scene that was read as JSON, and paint nothing.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to paint to; its ending says how."
)
@click.option("--style", help="How it is painted; left out, it is chosen from the prompt.")
@click.option("--size", default="1024x1024", show_default=True, help="Width x height in pixels.")
@click.option("--seed", default=1, show_default=True, help="The same seed paints the same picture again.")
def illustrate(prompt: str, explain: bool, out: Path | None, style: str | None, size: str, seed: int) -> None:
    """Read PROMPT as the built-in illustrator does, and paint it, without job, credits or account."""
    if explain:
        click.echo(json.dumps(read(prompt).to_json(), indent=2, ensure_ascii=False))
        return
    if out is None:
        raise click.UsageError("say --explain, or --out FILE")
    match = re.fullmatch(r"([1-9]\d{1,3})x([1-9]\d{1,3})", size)
    if match is None:
        raise click.UsageError(f"--size is like 1024x1024, not {size!r}")
    try:
        request = PaintRequest(prompt, int(match[1]), int(match[2]), seed, style=style)
        [painting] = open_illustrator().paint(request, quiet)
        painting.image.save(out)
    except (Refusal, ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {painting.style}, seed {painting.seed}")


def _rule(contest_id: int, ruling: Ruling) -> None:
    contest = contests.rule(contest_id, ruling, clock.now())
    if contest is None:
        raise click.ClickException(f"there is no contest {contest_id}")
    click.echo(f"{contest.id}: {contest.ruling}")


def _person(email: str) -> Person:
    person = people.find(email)
    if person is None:
        raise click.ClickException(f"nobody is registered as {email}")
    return person
