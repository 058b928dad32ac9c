"""Whatever goes wrong, in one line and with an exit status that scripts can tell apart."""

import json
from collections.abc import Sequence

import click

from limn.errors import LimnError, NotAllowed, NotSignedIn, OutOfCredits, OutOfReach

FAILED, USAGE, NO_KEY, NO_CREDITS, OUT_OF_REACH, INTERRUPTED = 1, 2, 3, 4, 5, 130
STATUS: dict[type[LimnError], int] = {
    NotSignedIn: NO_KEY,
    NotAllowed: NO_KEY,
    OutOfCredits: NO_CREDITS,
    OutOfReach: OUT_OF_REACH,
}
HINTS: dict[type[LimnError], str] = {NotSignedIn: "Sign in with `limn login`, or set LIMN_KEY."}


def run(args: Sequence[str] | None = None) -> int:
    """The command line from end to end. The exit status."""
    from limn.commands import limn

    try:
        ended = limn.main(args, prog_name="limn", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except LimnError as error:
        tell(error)
        return status_of(error)
    except BrokenPipeError:  # whoever read our output has gone
        return FAILED
    except OSError as error:
        click.echo(f"limn: {plain(said_by_system(error))}", err=True)
        return FAILED
    return ended if isinstance(ended, int) else 0


def tell(error: LimnError) -> None:
    click.echo(f"limn: {plain(sentence(error))}", err=True)


def sentence(error: LimnError) -> str:
    return " ".join(filter(None, (error.message, HINTS.get(type(error)))))


def status_of(error: LimnError) -> int:
    return STATUS.get(type(error), FAILED)


def said_by_system(error: OSError) -> str:
    if error.filename is None:
        return str(error)
    return f"{error.filename}: {(error.strerror or 'something went wrong').lower()}"


def plain(text: str) -> str:
    """In one line, and without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def as_json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False)


def error_as_json(error: LimnError) -> dict[str, object]:
    return {"code": error.code, "message": error.message, **error.facts}
