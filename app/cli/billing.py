"""`flask billing …`: the shop at Stripe."""

import secrets
import sys

import click
from flask.cli import AppGroup

from app import clock
from app.payments import catalogue, webhook_endpoint
from app.payments import reconcile as reconciling
from app.refusals import Refusal

billing_group = AppGroup("billing", help="Plans, packs and payments at Stripe.")


@billing_group.command("sync")
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 if there is something to change.")
@click.option("--webhook", "url", metavar="URL", help="Have Stripe tell of events at this address, …/webhooks/stripe.")
def sync(check: bool, url: str | None) -> None:
    """Make or mend the products, prices and portal settings at Stripe. A second run changes nothing."""
    try:
        found = catalogue.sync(check=check)
        endpoint = webhook_endpoint.point(url, None if check else secrets.token_hex(8)) if url else None
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from refusal
    found += endpoint.said if endpoint else []
    for difference in found:
        click.echo(difference)
    if endpoint and endpoint.secret:
        click.echo(f"Shown this once: STRIPE_WEBHOOK_SECRET={endpoint.secret}")
    click.echo(f"{len(found)} differences" if check else f"{len(found)} changes")
    sys.exit(1 if check and found else 0)


@billing_group.command("reconcile")
def reconcile() -> None:
    """Compare Stripe's truth with ours and mend ours. Exit status 1 if something could not be mended."""
    try:
        found = reconciling.reconcile(clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from refusal
    for line in found.mended:
        click.echo(line)
    for line in found.failed:
        click.echo(f"could not be mended: {line}")
    click.echo(f"{len(found.mended) + len(found.failed)} differences")
    sys.exit(1 if found.failed else 0)
