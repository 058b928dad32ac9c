"""`flask mail …`: whether mail arrives, and what became of the last ones."""

import logging

import click
from flask.cli import AppGroup

from app import clock
from app.extensions import settings
from app.mail import log, sending
from app.mail.message import message
from app.mail.models import Mail

mail_group = AppGroup("mail", help="Mail.")


@mail_group.command("test")
@click.argument("address")
def test(address: str) -> None:
    """Send a mail to ADDRESS at once, past the outbox, and tell how it went."""
    logging.basicConfig(format="%(message)s")
    now = clock.now()
    try:
        sending.send(message(Mail(kind="test", key="test", address=address, facts={}, origin="", created_at=now)))
    except (sending.NotSent, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if settings().MAIL_URL:
        click.echo(f"The mail server took it. See whether it arrives at {address}.")
    else:
        click.echo("There is no MAIL_URL, so it went to the log and nowhere else.")


@mail_group.command("list")
@click.option("--last", "limit", default=20, show_default=True, help="How many.")
def list_mails(limit: int) -> None:
    """Show the last mails, newest first: when, what, to whom, and how far it is."""
    for mail in log.last(limit):
        said = f": {mail.error}" if mail.error else ""
        tries = f", {mail.attempts} tries" if mail.attempts > 1 else ""
        click.echo(f"{mail.created_at:%Y-%m-%d %H:%M}  {mail.kind}  {mail.address}  {mail.state}{tries}{said}")
