"""`flask illustrate`: what the illustrator reads in a prompt, and a picture on the spot."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tests.test_cli import run


@pytest.fixture
def app(cast: Cast) -> Flask:
    return cast.app


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the one we are in."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_explains_a_prompt_as_json(app: Flask) -> None:
    told = run(app, "illustrate", "--explain", "two blue foxes beside a river at sunset, oil painting")
    scene = json.loads(told.output)
    assert told.exit_code == 0
    assert (scene["setting"], scene["time"], scene["style"]) == ("river", "sunset", "oil")
    assert [(s["art"], s["count"], s["colour"]) for s in scene["subjects"]] == [("fox", 2, "blue")]


def test_explaining_paints_nothing(app: Flask, desk: Path) -> None:
    run(app, "illustrate", "--explain", "a fox", "--out", "fox.png")
    assert list(desk.iterdir()) == []


def test_paints_to_a_file(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "sea.png"
    words = ("illustrate", "the sea", "--out", str(out), "--size", "96x64", "--style", "oil", "--seed", "4")
    told = run(app, *words)
    assert (told.exit_code, told.output) == (0, f"{out}: oil, seed 4\n")
    assert out.read_bytes()[16:24] == (96).to_bytes(4, "big") + (64).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a fox"], "--out"),
        (["a fox", "--out", "fox.png", "--size", "wide"], "1024x1024"),
        (["a fox", "--out", "fox.png", "--size", "64x64", "--style", "crayon"], "crayon"),
        (["a fox", "--out", "nowhere/fox.png", "--size", "64x64"], "nowhere"),
        (["a fox", "--out", "fox.unknown", "--size", "64x64"], "unknown"),
    ],
)
def test_says_what_is_wrong(words: list[str], said: str, app: Flask, desk: Path) -> None:
    told = run(app, "illustrate", *words)
    assert told.exit_code != 0
    assert said in told.output
    assert list(desk.iterdir()) == []
