"""`limn mcp`."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Where pictures are read and written. Nothing outside it is touched.",
    show_default="the one it is started in",
)
def mcp(folder: Path) -> None:
    """Offer the server's tools over the Model Context Protocol, on standard input and output."""
    try:
        from limn.mcp_server import serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise click.ClickException("This needs the mcp package: pip install 'limn-client[mcp]'") from None
    serve(folder)
