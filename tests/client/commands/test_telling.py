"""What a batch says: lines in a pipe, a bar on a terminal, JSON for programs."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from limn.answers import State
from limn.commands.telling import BEFORE, DONE, FAILED, Bars, Lines, Machine, Outcome, teller
from limn.errors import error

STATE = State("7", "succeeded", facts={"credit_cost": 10, "credits": 90, "metadata": {"Camera": "a box"}})
GOOD = Outcome("a.png", DONE, (Path("a.jpg"),), STATE, paid=True)
BAD = Outcome("b.png", FAILED, error=error("unreadable", "It is broken.\x1b[2J"))


def test_what_went_well_is_told_apart_from_what_did_not(capsys: pytest.CaptureFixture[str]) -> None:
    for outcome in (GOOD, BAD, Outcome("c.png", BEFORE, (Path("c.jpg"),))):
        Lines().tell(outcome)
    out, err = capsys.readouterr()

    assert out == "a.jpg\nc.jpg, done before\n"
    assert err == "b.png: It is broken. [2J\n"


def test_what_was_only_looked_at_is_read_out(capsys: pytest.CaptureFixture[str]) -> None:
    Lines().tell(Outcome("a.png", DONE, (), STATE))
    assert capsys.readouterr().out == "a.png: Camera: a box\n"


def test_programs_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    Machine().tell(GOOD)
    Machine().tell(BAD)
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())

    assert good == {
        "source": "a.png",
        "status": "done",
        "saved": ["a.jpg"],
        "job_id": "7",
        "credit_cost": 10,
        "credits": 90,
        "metadata": {"Camera": "a box"},
    }
    assert bad["error"]["code"] == "unreadable"


def test_what_an_earlier_command_paid_is_not_paid_by_this_one() -> None:
    assert GOOD.cost == 10
    assert Outcome("a.png", DONE, (), STATE).cost == 0
    assert BAD.cost == 0


def test_a_bar_moves_with_the_jobs() -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=80)
    with Progress(
        TextColumn("{task.percentage:.0f} % {task.fields[done]} of {task.total}"), console=console
    ) as progress:
        bars = Bars(progress, 2)
        bars.look("a.png", State("7", "submitted", progress=50))
        progress.refresh()
        bars.tell(GOOD)
        bars.tell(BAD)

    told = screen.getvalue()
    assert "25 % 0 of 2" in told
    assert "100 % 2 of 2" in told
    assert "It is broken." in told


def test_in_a_pipe_there_is_no_bar() -> None:
    with teller(machine=False, total=1) as told, teller(machine=True, total=1) as machine:
        assert type(told) is Lines
        assert type(machine) is Machine
