"""`model` in the dialects of others: ours by their names, OpenAI's mean the site's own choice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.dialects.openai.models import ALIASES
from app.refusals import Refusal
from tests.cast import Answer, Cast, Program, Studio
from tests.conftest import MakeApp
from tests.dialects.calls import error, generates, last_job, mask, sends, told
from tests.listed import listed

OURS = ["illustrator", "painter", "master", "gpt-image-1"]


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(MODEL_LIST=listed(tmp_path))
    with made.app_context():
        yield made


@pytest.fixture
def free(cast: Cast) -> Program:
    """Ben's, who is on Free."""
    return cast.ben.program()


def asks(program: Program, **fields: object) -> Answer:
    return program.post("/api/images/generate", json={"prompt": "a red fox", **fields})


class TestOpenAI:
    @pytest.mark.parametrize(("model", "lane"), [("painter", "painter"), ("gpt-image-1", "gpt-image-1")])
    def test_a_name_of_the_site_is_who_paints(self, program: Program, painted: Studio, model: str, lane: str) -> None:
        assert generates(program, model=model).status_code == 200
        assert last_job().lane == lane

    @pytest.mark.parametrize("model", ["dall-e-3", "gpt-image-2", None])
    def test_a_name_of_theirs_means_the_sites_own_choice(
        self, program: Program, painted: Studio, model: str | None
    ) -> None:
        assert generates(program, model=model).status_code == 200
        assert (last_job().lane, last_job().params["model"]) == ("illustrator", None)

    @pytest.mark.parametrize(
        ("call", "fields"),
        [("edits", {"prompt": "at night"}), ("edits", {"prompt": "a moon", "mask": mask()}), ("variations", {})],
    )
    def test_edits_and_variations_choose_too(
        self, program: Program, painted: Studio, call: str, fields: dict[str, object]
    ) -> None:
        assert sends(program, call, model="painter", **fields).status_code == 200
        assert last_job().lane == "painter"

    def test_the_price_follows(self, cast: Cast, program: Program, painted: Studio) -> None:
        before = cast.ann.credits
        generates(program, model="painter", n=2)
        assert before - cast.ann.credits == 62

    def test_one_of_another_plan_is_forbidden(self, cast: Cast, free: Program) -> None:
        said = error(generates(free, model="master"), 403)
        assert (said["type"], said["param"], said["code"]) == ("invalid_request_error", "model", "model_not_found")
        assert "belongs to Pro or Max" in said["message"]
        assert cast.ben.credits == 100

    def test_one_that_cannot_do_it_is_told_with_those_that_can(self, program: Program) -> None:
        said = error(sends(program, "edits", prompt="at night", model="gpt-image-1"), 400)
        assert (said["param"], said["code"]) == ("model", "invalid_value")
        assert "illustrator, painter, master can" in said["message"]

    def test_ours_are_listed_first_and_none_twice(self, program: Program) -> None:
        names = [model["id"] for model in program.get("/v1/models").json["data"]]
        assert names[:4] == OURS
        assert sorted(names) == sorted({*OURS, *ALIASES})
        assert program.get("/v1/models/master").json["id"] == "master"

    @pytest.mark.parametrize("stream", [False, True])
    def test_a_picture_that_is_withheld_was_blocked(
        self, cast: Cast, program: Program, painted: Studio, stream: bool
    ) -> None:
        before = cast.ann.credits
        painted.engine.fails_with = Refusal("withheld", "It is not shown. Nothing was charged.")
        answer = generates(program, stream=stream)
        said = told(answer)[0]["error"] if stream else error(answer, 400)
        assert (said["type"], said["code"]) == ("image_generation_user_error", "moderation_blocked")
        assert cast.ann.credits == before


class TestKeyDialect:
    def test_a_name_of_the_site_is_who_paints(self, cast: Cast, program: Program, painted: Studio) -> None:
        before = cast.ann.credits
        assert asks(program, model="Painter").status_code == 200
        assert (last_job().lane, before - cast.ann.credits) == ("painter", 31)

    @pytest.mark.parametrize("model", ["dall-e-3", None])
    def test_left_out_or_a_name_of_openais_it_is_the_sites_own_choice(
        self, program: Program, painted: Studio, model: str | None
    ) -> None:
        assert asks(program, model=model).status_code == 200
        assert last_job().lane == "illustrator"

    def test_an_unknown_one_is_named(self, program: Program) -> None:
        answer = asks(program, model="crayons")
        told = f"There is no model “crayons” here: it is one of {', '.join(OURS)}"
        assert (answer.status_code, answer.json) == (400, {"error": told})

    def test_one_that_is_longer_than_any_is_refused(self, program: Program) -> None:
        answer = asks(program, model=41 * "x")
        assert (answer.status_code, answer.json) == (400, {"error": "Model can have 40 characters, not more"})

    def test_one_of_another_plan_is_forbidden(self, free: Program) -> None:
        answer = asks(free, model="master")
        told = "The master belongs to Pro or Max. Choose another model, or change your plan"
        assert (answer.status_code, answer.json) == (403, {"error": told})

    def test_a_picture_that_is_withheld_is_refused_as_its_words_would_be(
        self, cast: Cast, program: Program, painted: Studio
    ) -> None:
        before = cast.ann.credits
        painted.engine.fails_with = Refusal("withheld", "It is not shown. Nothing was charged.")
        answer = asks(program)
        assert (answer.status_code, answer.json) == (400, {"error": "It is not shown. Nothing was charged"})
        assert cast.ann.credits == before
