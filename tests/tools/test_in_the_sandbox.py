"""Every tool with its work done where it is done: in the sandbox's children."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.imaging.sandbox import Sandbox
from tests.tools.conftest import Run
from tests.tools.pictures import file, photo, refusal
from tests.tools.test_painting import ASKED, files


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox()) as opened:
        yield opened


WORK = [
    ("remove-background", {}),
    ("remove-background", {"background": "blur"}),
    ("upscale", {"scale": "4"}),
    ("resize", {"percent": 30}),
    ("crop", {"ratio": "9:16"}),
    ("compress", {"target_kb": 5}),
    ("rotate", {"angle": 12}),
    ("metadata", {"action": "look"}),
    ("metadata", {"action": "strip"}),
    *ASKED.items(),
]


@pytest.mark.parametrize(("name", "params"), WORK)
def test_a_tool_runs_in_the_sandbox(name: str, params: dict[str, object], run: Run, sandbox: Sandbox) -> None:
    outcome = run(name, files(name), bench={"child": sandbox}, **params)
    assert len(outcome.pictures) == (params.get("action") != "look")
    assert outcome.sides["before"].data


@pytest.mark.parametrize(("name", "params"), WORK)
def test_what_is_no_picture_is_refused(name: str, params: dict[str, object], run: Run, sandbox: Sandbox) -> None:
    given = {**files(name), "image": b"only words"}
    assert refusal(run, name, given, bench={"child": sandbox}, **params).code == "not_a_picture"


@pytest.mark.parametrize(("name", "params"), WORK)
def test_a_damaged_picture_is_refused(name: str, params: dict[str, object], run: Run, sandbox: Sandbox) -> None:
    given = {**files(name), "image": file(photo(), "PNG")[:2000]}
    assert refusal(run, name, given, bench={"child": sandbox}, **params).code == "unreadable"
