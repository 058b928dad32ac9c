"""`limn pricing`."""

from dataclasses import asdict

import click

from limn.commands.failures import as_json, plain
from limn.pricing import Plan
from limn.sync import Limn


@click.command()
@click.option("--json", "machine", is_flag=True, help="As JSON.")
def pricing(machine: bool) -> None:
    """What plans and packs of credits cost. Buy them on the server's page /pricing."""
    with Limn() as limn:
        found = limn.pricing()
    if machine:
        click.echo(as_json(asdict(found)))
        return
    for plan in found.plans:
        click.echo(plain(f"{plan.title}: {plan.credits:,} credits a month{_cost(plan)}"))
    for pack in found.packs:
        click.echo(plain(f"{pack.id}: {pack.credits:,} credits, ${pack.usd:,.2f} once"))


def _cost(plan: Plan) -> str:
    if not plan.monthly_usd:
        return ""
    trial = f", {plan.trial_days} days free" if plan.trial_days else ""
    return f", ${plan.monthly_usd:,.2f} a month or ${plan.yearly_usd:,.2f} a year{trial}"
