"""`flask models …`, for models that paint."""

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.listed import listed
from tests.test_cli import run


@pytest.fixture
def two(make_app: MakeApp, tmp_path: Path) -> Flask:
    """A site with the illustrator, and with a diffusers model that nobody has fetched."""
    drawn = '[[model]]\nname = "drawn"\nengine = "illustrator"\n'
    photo = '[[model]]\nname = "photo"\nengine = "diffusers"\nmodel = "owner/photo"\n'
    return make_app(MODEL_LIST=listed(tmp_path, drawn + photo))


def test_the_sites_models_are_listed_with_where_they_lie(two: Flask, tmp_path: Path) -> None:
    told = run(two, "models", "list").output
    assert "drawn: illustrator, built in" in told
    assert f"photo: diffusers, {tmp_path / 'models/owner--photo'}, not there" in told


def test_an_endpoint_is_listed_without_its_password(make_app: MakeApp) -> None:
    app = make_app(OPENAI_BASE_URL="http://limn:s3same@gpu:8080/v1?key=s3same", OPENAI_API_KEY="s3same")
    told = run(app, "models", "list").output
    assert "openai: openai, http://gpu:8080/v1\n" in told
    assert "s3same" not in told


def test_a_model_that_works_tells_how_long_it_took(two: Flask) -> None:
    done = run(two, "models", "check", "drawn")
    assert done.exit_code == 0
    assert "drawn works: opened in " in done.output
    assert "256 × 256 pixels in " in done.output


def test_one_that_does_not_work_says_what_to_do(two: Flask) -> None:
    done = run(two, "models", "check", "photo")
    assert done.exit_code == 1
    assert "MODEL_LIST: model “photo”: there is no folder owner/photo" in done.output
    assert "models fetch owner/photo" in done.output


def test_a_model_that_nobody_knows_is_told_with_those_there_are(two: Flask) -> None:
    assert "there is no model 'other' here: it is one of drawn, photo" in run(two, "models", "check", "other").output


def test_a_name_that_is_none_is_no_model_to_fetch(two: Flask) -> None:
    done = run(two, "models", "fetch", "u2nett")
    assert done.exit_code == 2
    assert "neither OWNER/NAME" in done.output
