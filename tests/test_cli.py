"""The operator's commands."""

from contextvars import Context

import pytest
from click.testing import Result
from flask import Flask

from app.credits.models import Wallet
from app.extensions import transaction
from tests.cast import Cast, Studio
from tests.conftest import Clock
from tests.services import free_port


def run(app: Flask, *words: str) -> Result:
    return Context().run(app.test_cli_runner().invoke, args=list(words))


def test_a_plan_is_set_with_its_credits(cast: Cast) -> None:
    assert cast.ann.credits == 100
    done = run(cast.app, "people", "set-plan", "Ann@limn.example", "max")
    assert (done.exit_code, done.output) == (0, "ann@limn.example is on Max, with 12100 credits.\n")
    me = cast.ann.get("/api/me").json
    assert (me["plan"], me["watermarked"], me["retention"]) == ("max", False, "while your plan is active")


def test_going_back_and_forth_brings_nothing_twice(cast: Cast) -> None:
    for plan in ("pro", "free", "pro"):
        cast.ann.moves_to(plan)
    assert cast.ann.credits == 5100


def test_credits_are_granted_and_never_expire(cast: Cast, time: Clock) -> None:
    assert cast.ann.credits == 100
    done = run(cast.app, "credits", "grant", "ann@limn.example", "500")
    assert (done.exit_code, done.output) == (0, "ann@limn.example has 600 credits.\n")
    time.forward(days=400)
    assert run(cast.app, "credits", "grant", "ann@limn.example", "1").output == "ann@limn.example has 501 credits.\n"


def test_a_grant_with_a_key_counts_once(cast: Cast) -> None:
    assert cast.ann.credits == 100
    codes = [run(cast.app, "credits", "grant", "ann@limn.example", "5", "--key", "sorry").exit_code for _ in range(2)]
    assert codes == [0, 1]
    assert cast.ann.credits == 105


@pytest.mark.parametrize(
    "words",
    [
        ("people", "set-plan", "nobody@limn.example", "pro"),
        ("people", "set-plan", "ann@limn.example", "gold"),
        ("credits", "grant", "ann@limn.example", "-5"),
        ("credits", "grant", "ann@limn.example", "many"),
        ("credits", "grant", "nobody@limn.example", "5"),
    ],
)
def test_a_mistake_is_told_and_nothing_changes(cast: Cast, words: tuple[str, ...]) -> None:
    assert cast.ann.credits == 100
    assert run(cast.app, *words).exit_code != 0
    assert cast.ann.credits == 100


def test_reconciling_fails_when_something_does_not_add_up(cast: Cast) -> None:
    assert cast.ann.credits == 100
    assert run(cast.app, "credits", "reconcile").output == "0 discrepancies\n"
    with transaction() as tx:
        tx.get_one(Wallet, cast.ann.id).balance += 1
    done = run(cast.app, "credits", "reconcile")
    assert done.exit_code == 1
    assert "balance 101, lines say 100" in done.output


def test_sweeping_takes_back_silent_jobs(cast: Cast) -> None:
    assert run(cast.app, "jobs", "sweep").output == "0 jobs taken back\n"


def test_pruning_tells_how_much_went(cast: Cast, studio: Studio, time: Clock) -> None:
    cast.ann.starts()
    studio.works()
    time.forward(days=2)
    done = run(cast.app, "prune")
    assert (done.exception, done.output) == (None, "2 files deleted\n")


@pytest.mark.parametrize(
    "command", ["people set-plan", "credits grant", "credits reconcile", "jobs sweep", "prune", "settings"]
)
def test_every_command_has_help(app: Flask, command: str) -> None:
    done = run(app, *command.split(), "--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()[2].strip()) > 10


def test_the_models_are_listed_with_their_licences(app: Flask) -> None:
    told = run(app, "models", "list").output
    assert "u2net: Apache-2.0, not fetched" in told
    assert "bria" not in told  # for private use only


def test_a_model_that_cannot_be_fetched_is_told(app: Flask) -> None:
    address = f"http://127.0.0.1:{free_port()}/"
    done = run(app, "models", "fetch", "u2netp", "--from", address)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert not list(app.extensions["settings"].models.glob("*"))
