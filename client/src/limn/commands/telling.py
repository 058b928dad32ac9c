"""How a batch tells what it does: bars on a terminal, plain lines in a pipe, JSON for programs."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from limn.answers import State
from limn.commands.failures import as_json, error_as_json, plain, sentence
from limn.errors import LimnError

DONE, BEFORE, FAILED = "done", "done before", "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one file, or of one prompt."""

    source: str
    status: str
    saved: Sequence[Path] = ()
    state: State | None = None
    error: LimnError | None = None
    paid: bool = False  # with this command, and not with an earlier one

    @property
    def cost(self) -> int:
        return int(self.state.facts.get("credit_cost") or 0) if self.state and self.paid else 0

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {
            "source": self.source,
            "status": self.status,
            "saved": [str(path) for path in self.saved],
        }
        if self.state:
            facts = ("share_urls", "credit_cost", "credits", "width_out", "height_out", "bytes_out", "metadata")
            told |= {
                "job_id": self.state.id,
                **{name: self.state.facts[name] for name in facts if name in self.state.facts},
            }
        if self.error:
            told["error"] = error_as_json(self.error)
        return told


class Lines:
    """A line for each file, as soon as it is done: what went well on standard output, the rest on standard error."""

    def look(self, source: str, state: State) -> None:
        """Nothing to tell yet."""

    def tell(self, outcome: Outcome) -> None:
        if outcome.error:
            self.line(f"{outcome.source}: {sentence(outcome.error)}", wrong=True)
            return
        for path in outcome.saved:
            self.line(f"{path}, done before" if outcome.status == BEFORE else str(path))
        for name, value in self.looked_at(outcome):
            self.line(f"{outcome.source}: {name}: {value}")

    def looked_at(self, outcome: Outcome) -> Iterator[tuple[str, object]]:
        """What a free look found, of a job that makes no file."""
        found = outcome.state.facts.get("metadata") if outcome.state and not outcome.saved else None
        if isinstance(found, dict):
            yield from found.items() or (("metadata", "nothing is hidden in it"),)

    def line(self, text: str, wrong: bool = False) -> None:
        click.echo(plain(text), err=wrong)

    def note(self, text: str) -> None:
        """Beside the results, where nobody's script reads it."""
        click.echo(plain(text), err=True)


class Machine(Lines):
    """One JSON object a line."""

    def tell(self, outcome: Outcome) -> None:
        click.echo(as_json(outcome.as_json()))


class Bars(Lines):
    """A bar for the batch; the lines run above it."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total, done=0)
        self._parts: dict[str, float] = {}
        self._done = 0

    def look(self, source: str, state: State) -> None:
        self._parts[source] = state.progress / 100
        self._draw()

    def tell(self, outcome: Outcome) -> None:
        super().tell(outcome)
        self._parts[outcome.source] = 1
        self._done += 1
        self._draw()

    def line(self, text: str, wrong: bool = False) -> None:
        if not wrong and not sys.stdout.isatty():
            click.echo(plain(text))
            return
        style = "red" if wrong else None
        self._progress.console.print(plain(text), style=style, markup=False, highlight=False, soft_wrap=True)

    def _draw(self) -> None:
        self._progress.update(self._task, completed=sum(self._parts.values()), done=self._done)


@contextmanager
def teller(machine: bool, total: int) -> Iterator[Lines]:
    """The right one for where it is read."""
    if machine:
        yield Machine()
    elif sys.stderr.isatty():
        columns = (BarColumn(), TextColumn("{task.fields[done]} of {task.total}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            yield Bars(progress, total)
    else:
        yield Lines()
