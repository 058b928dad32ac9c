"""A tool of the server as a command."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from limn.account import find_account
from limn.answers import Tool
from limn.commands.batch import Batch
from limn.commands.catalogue import TWICE
from limn.commands.failures import FAILED as STATUS_FAILED
from limn.commands.failures import INTERRUPTED, as_json, plain, status_of
from limn.commands.journal import Journal, digest_of, fingerprint, journal_for
from limn.commands.options import format_option, is_prompt, options_of, properties
from limn.commands.plan import Unit, unit_of_words, units_of_files
from limn.commands.telling import BEFORE, FAILED, Outcome, teller
from limn.given import Given
from limn.sync import Limn

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
MOST_AT_ONCE = 32


def command_for(tool: Tool) -> click.Command:
    return click.Command(
        tool.name,
        params=[*_inputs(tool), *options_of(tool), *_common(tool)],
        callback=partial(run_tool, tool),
        help=f"{tool.description} {tool.price} credits.",
        short_help=tool.description,
    )


def _inputs(tool: Tool) -> Iterator[click.Parameter]:
    if tool.files:
        yield click.Argument(["files"], nargs=-1, required=True, type=FILE, metavar="FILES")
    elif any(is_prompt(tool, name) for name in properties(tool)):
        yield click.Argument(["prompt_words"], metavar="PROMPT")
    for file in tool.files[1:]:
        flag = f"--{file.name.replace('_', '-')}"
        yield click.Option([flag, f"file_{file.name}"], type=FILE, required=file.required, help=file.help)


def _common(tool: Tool) -> Iterator[click.Parameter]:
    yield click.Option(["-o", "--output"], type=click.Path(path_type=Path), help="The file to write.")
    yield click.Option(["--out-dir"], type=click.Path(file_okay=False, path_type=Path), help="The folder to write to.")
    if tool.files:
        at_once = click.IntRange(1, MOST_AT_ONCE)
        yield click.Option(["--jobs"], type=at_once, default=4, show_default=True, help="How many at once.")
        yield click.Option(["--fresh"], is_flag=True, help="Forget what an earlier command did; it is paid anew.")
    yield click.Option(["--force"], is_flag=True, help="Replace files that are there.")
    yield click.Option(["--dry-run"], is_flag=True, help="Tell the price, and start nothing.")
    yield click.Option(["--json", "machine"], is_flag=True, help="One JSON object a line.")


def run_tool(
    tool: Tool,
    *,
    output: Path | None,
    out_dir: Path | None,
    force: bool,
    dry_run: bool,
    machine: bool,
    files: Sequence[Path] = (),
    prompt_words: str | None = None,
    jobs: int = 1,
    fresh: bool = False,
    **chosen: Given,
) -> int:
    """The exit status."""
    _check(files, output, out_dir)
    options = _options(tool, chosen, output)
    units = _units(tool, files, prompt_words, options, output, out_dir)
    if prompt_words is not None:
        options["prompt"] = prompt_words
    identity = _identity(tool, options)
    if dry_run:
        return _tell_price(tool, options, len(units), machine)
    _knock()
    with _journal(identity, units, fresh) as journal, teller(machine, len(units)) as telling:
        batch = Batch(tool, options, identity, journal, telling, force, _ending(tool, options))
        try:
            asyncio.run(batch.run(units, jobs))
        except KeyboardInterrupt:
            left = len(units) - len(batch.outcomes)
            telling.note(f"Stopped with {left} of {len(units)} to go. The same command does the rest.")
            return INTERRUPTED
        if not tool.files and not any(outcome.error for outcome in batch.outcomes):
            journal.remove()  # the same words another time are another picture
    if len(units) > 1 and not machine:
        _tell_sum(batch, len(units))
    return _status(batch)


def _knock() -> None:
    """Whether the server is there and takes the key: said at once, since the batch itself is patient."""
    with Limn(retrying=TWICE) as limn:
        limn.me()


def _check(files: Sequence[Path], output: Path | None, out_dir: Path | None) -> None:
    if output and out_dir:
        raise click.UsageError("Use -o for a file or --out-dir for a folder, not both.")
    if output and len(files) > 1:
        raise click.UsageError(f"-o names one file, and {len(files)} are given. Use --out-dir.")
    if output and output.is_dir():
        raise click.UsageError(f"{output} is a folder. Use --out-dir.")


def _options(tool: Tool, chosen: Mapping[str, Given], output: Path | None) -> dict[str, Given]:
    """What was chosen, by the names of the tool. What a file should become may follow from -o."""
    options: dict[str, Given] = {name.split("_", 1)[1]: value for name, value in chosen.items() if value is not None}
    named = format_option(tool, output.suffix) if output else None
    if named and named[0] not in options:
        options[named[0]] = named[1]
    for name in tool.options.get("required", ()):
        if name not in options and not is_prompt(tool, name):
            raise click.UsageError(
                f"Say what it should become: --to {'|'.join(properties(tool)[name].get('enum', ()))}"
            )
    return options


def _units(
    tool: Tool,
    files: Sequence[Path],
    prompt: str | None,
    options: Mapping[str, Given],
    output: Path | None,
    out_dir: Path | None,
) -> list[Unit]:
    if not tool.files:
        return [unit_of_words(prompt or "", output, out_dir)]
    return units_of_files(tool, files, options, output, out_dir)


def _identity(tool: Tool, options: Mapping[str, Given]) -> str:
    """Of all that is asked but the files to work on: where, what, with which choices."""
    told = {name: digest_of(value) if isinstance(value, Path) else value for name, value in options.items()}
    return fingerprint(find_account().url, tool.name, told)


def _ending(tool: Tool, options: Mapping[str, Given]) -> str | None:
    return f".{options['option']!s}" if tool.name == "convert" and options.get("page") != 0 else None


@contextmanager
def _journal(identity: str, units: Sequence[Unit], fresh: bool) -> Iterator[Journal]:
    """Of files by what is asked; of words by the name of the picture too, and by chance: they are painted again."""
    if units[0].file:
        with Journal(journal_for(identity)) as journal:
            if fresh:
                journal.start_over(secrets.token_hex(16))
            yield journal
        return
    naming = units[0].naming
    with _free_journal(identity, naming.folder.resolve(), naming.stem, naming.extension) as journal:
        if not journal.nonce:
            journal.start_over(secrets.token_hex(16))
        yield journal


def _free_journal(*what: object) -> Journal:
    try:
        return Journal(journal_for(*what))
    except BlockingIOError:  # the same words are being painted already, and somebody wants them twice
        return Journal(journal_for(*what, secrets.token_hex(16)))


def _tell_price(tool: Tool, options: Mapping[str, Given], count: int, machine: bool) -> int:
    files = [name for name, value in options.items() if isinstance(value, Path)]
    with Limn() as limn:
        price = limn.price(tool.name, **{name: value for name, value in options.items() if name not in files})
    total = price.credit_cost * count
    if machine:
        click.echo(as_json({"credit_cost": total, "credits": price.credits, "runs": count}))
    else:
        click.echo(f"{total} credits; you have {price.credits}. Nothing was started.")
    return 0


def _tell_sum(batch: Batch, total: int) -> None:
    """What the batch came to, beside the results."""
    done = [outcome for outcome in batch.outcomes if not outcome.error]
    before = sum(outcome.status == BEFORE for outcome in done)
    failed = sum(outcome.status == FAILED for outcome in batch.outcomes)
    parts = [
        f"{len(done) - before} done",
        f"{before} done before" if before else "",
        f"{failed} failed" if failed else "",
        f"{total - len(batch.outcomes)} not begun" if total > len(batch.outcomes) else "",
        f"{sum(outcome.cost for outcome in done)} credits",
    ]
    click.echo(plain(", ".join(part for part in parts if part) + _left(done)), err=True)


def _left(done: Sequence[Outcome]) -> str:
    told = [outcome.state.facts["credits"] for outcome in done if outcome.state and "credits" in outcome.state.facts]
    return f". {told[-1]} credits left." if told else "."


def _status(batch: Batch) -> int:
    errors = [outcome.error for outcome in batch.outcomes if outcome.error]
    if batch.stopped:
        return status_of(batch.stopped)
    if len(errors) == 1 and len(batch.outcomes) == 1:
        return status_of(errors[0])
    return STATUS_FAILED if errors else 0
