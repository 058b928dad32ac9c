"""The command line: commands of its own, and every tool of the server as a command with the tool's own options."""

import click

from limn.commands.account import login, logout, me
from limn.commands.catalogue import catalogue
from limn.commands.jobs import cancel, history, job, tools
from limn.commands.pricing import pricing
from limn.commands.serving import mcp
from limn.commands.tool import command_for
from limn.errors import LimnError
from limn.version import __version__

OWN = {command.name or "": command for command in (cancel, history, job, login, logout, mcp, me, pricing, tools)}


class Commands(click.Group):
    """The commands that are always there, and the tools of the server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's
        try:
            return [*OWN, *(tool.name for tool in catalogue() if tool.name not in OWN)]
        except LimnError as error:
            click.echo(f"The tools of the server are left out: {error.message}", err=True)
            return list(OWN)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's
        if cmd_name in OWN:
            return OWN[cmd_name]
        found = next((tool for tool in catalogue() if tool.name == cmd_name), None)
        return command_for(found) if found else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"There is no command and no tool “{args[0]}”. `limn tools` lists the tools.", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="limn")
def limn() -> None:
    """Words into pictures, and pictures into better ones, at a Limn you or somebody else hosts.

    Sign in with `limn login`, or set LIMN_URL and LIMN_KEY.
    """
