"""`limn login`, `limn logout`, `limn me`."""

from dataclasses import asdict
from urllib.parse import urlsplit

import click

from limn.account import Account, address_of, find_account, forget, note
from limn.commands.failures import as_json, plain
from limn.sync import Limn

NEAR = ("localhost", "127.0.0.1", "::1")


@click.command()
@click.option("--url", help="The server's address.")
@click.option("--key", help="An API key. Left out, it is asked for, which keeps it out of your shell's history.")
def login(url: str | None, key: str | None) -> None:
    """Note a server and a key, once the server has taken the key."""
    address = address_of(url or click.prompt("Address", default=find_account().url))
    if address.startswith("http://") and urlsplit(address).hostname not in NEAR:
        click.echo("This address has no encryption: whoever is on the way can read your key. Use https://.", err=True)
    secret = key or click.prompt(f"API key (from {address}/account/keys)", hide_input=True)
    with Limn(address, secret) as limn:
        who = limn.me()
    path = note(Account(address, secret.strip()))
    click.echo(f"Signed in to {address} as {plain(who.email)}, with {who.credits} credits. Noted in {path}.")


@click.command()
def logout() -> None:
    """Forget the server and the key. The key itself stays valid until you revoke it."""
    click.echo("Forgotten." if forget() else "There was nothing to forget.")


@click.command()
@click.option("--json", "machine", is_flag=True, help="As JSON.")
def me(machine: bool) -> None:
    """Whose key this is, and what it can spend."""
    with Limn() as limn:
        found = limn.me()
    if machine:
        click.echo(as_json(asdict(found)))
        return
    click.echo(plain(f"{found.email}, plan {found.plan}"))
    until = f", the first of them until {found.credits_expire_at[:10]}" if found.credits_expire_at else ""
    click.echo(plain(f"{found.credits} credits{until}. Pictures are kept: {found.retention}."))
