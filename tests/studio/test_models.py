"""Several models on one site: whoever asks for a picture chooses who paints it, on pages and by program."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.engines.catalogue import Catalogue
from app.extensions import db, models, transaction
from app.jobs.models import Job, Painter, Readiness
from app.site.openapi import described
from tests.cast import Actor, Answer, Cast, Studio, png
from tests.conftest import Clock, MakeApp
from tests.listed import MODELS, listed

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(MODEL_LIST=listed(tmp_path))
    with made.app_context():
        yield made


def radio(page: str, name: str) -> str:
    """Of a page, the choice of this model; empty for none."""
    inputs = [part.split(">")[0] for part in page.split("<input ")]
    return next((one for one in inputs if f'name="model" value="{name}"' in one), "")


def presses(actor: Actor, **fields: object) -> Answer:
    """Paint it, as the page does with scripts."""
    page = actor.get("/generate").text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    given = {"csrf_token": token, "prompt": "a red fox", **fields}
    return actor.post("/generate", data=given, headers=FRAGMENT)


def a_picture() -> tuple[BytesIO, str]:
    return BytesIO(png()), "a.png"


def last_job() -> Job:
    db.session.remove()
    return db.session.query(Job).order_by(Job.created_at.desc()).limit(1).one()


def take_away(app: Flask, name: str) -> None:
    """The operator takes a model from the list."""
    app.extensions["models"] = Catalogue([model for model in models().values() if model.name != name])


def is_at_work(name: str, state: Readiness, now: Clock) -> None:
    with transaction() as tx:
        tx.add(Painter(host="here", pid=1, lane=name, state=state, seen_at=now.now()))


def test_the_page_offers_them_with_what_they_are_good_at_and_their_prices(cast: Cast) -> None:
    page = cast.ann.get("/generate").text
    assert "checked" in radio(page, "illustrator")
    assert '<span class="name">The built-in illustrator</span>' in page
    assert '<span class="name">gpt-image-1</span>' in page
    assert "Photographs" in page
    assert "from 31 credits" in page


def test_one_of_another_plan_is_shown_with_the_way_to_it(cast: Cast) -> None:
    page = cast.ann.get("/generate").text
    assert "disabled" in radio(page, "master")
    assert '<a href="/pricing" hx-boost="false">Pro or Max</a>' in page
    assert "disabled" not in radio(cast.pia.get("/generate").text, "master")


def test_a_site_with_one_model_says_who_paints_and_asks_nothing(make_app: MakeApp) -> None:
    page = Cast(make_app(OPENAI_API_KEY="sk-secret", OPENAI_MODEL="gpt-image-2")).guest().get("/generate").text
    assert 'name="model"' not in page
    assert "Pictures are painted by gpt-image-2." in page
    assert "sk-secret" not in page


def test_one_that_does_not_work_says_so(cast: Cast, time: Clock) -> None:
    for name, state in (("illustrator", Readiness.READY), ("painter", Readiness.DOWN), ("master", Readiness.LOADING)):
        is_at_work(name, state, time)
    page = cast.ann.get("/generate").text
    assert page.count("Does not work at present") == 2  # nobody serves the fourth
    assert page.count("Is still loading") == 1


def test_a_choice_goes_to_its_lane_and_is_remembered_with_its_price(cast: Cast) -> None:
    assert presses(cast.ann, model="painter").status_code == 200
    assert last_job().lane == "painter"
    page = cast.ann.get("/generate").text
    assert "checked" in radio(page, "painter")
    assert "<span data-price>31 credits</span>" in page


def test_the_price_of_a_model_is_held_and_stands_in_the_statement(cast: Cast, studio: Studio) -> None:
    cast.ann.starts(model="painter", count=2)
    assert cast.ann.credits == 38
    studio.works("painter")
    assert cast.ann.credits == 38
    assert ",-62," in cast.ann.get("/credits.csv").text


def test_a_dry_run_tells_the_price_of_the_model(cast: Cast) -> None:
    assert cast.ann.generate(model="painter", count=3, dry_run=True).json["credit_cost"] == 93
    assert cast.ann.sends("restyle", png(), style="oil", model="painter", dry_run="1").json["credit_cost"] == 47


def test_a_guests_free_picture_can_be_painted_by_whom_free_plans_may_choose(cast: Cast) -> None:
    assert cast.guest().generate(model="painter").status_code == 200
    assert cast.guest().generate(model="master").json["error"]["code"] == "plan_required"


def test_one_of_another_plan_is_refused_and_nothing_is_charged(cast: Cast) -> None:
    answer = cast.ann.generate(model="master")
    assert answer.status_code == 403
    error = answer.json["error"]
    assert (error["code"], error["field"], error["plans"]) == ("plan_required", "model", "max, pro")
    assert error["message"] == "The master belongs to Pro or Max. Choose another model, or change your plan."
    assert cast.ann.credits == 100
    assert cast.pia.generate(model="master").status_code == 200


def test_one_of_another_plan_is_told_on_the_page_with_the_way_to_it(cast: Cast) -> None:
    answer = presses(cast.ann, model="master")
    assert answer.status_code == 403
    assert "The master belongs to Pro or Max." in answer.text
    assert 'href="/pricing"' in answer.text


def test_a_name_that_is_not_there_is_told_beside_the_choice(cast: Cast) -> None:
    answer = presses(cast.ann, model="crayons")
    assert answer.status_code == 422
    assert '<p class="wrong">There is no model “crayons” here' in answer.text
    assert cast.ann.generate(model="crayons").json["error"]["field"] == "model"


def test_a_name_that_is_not_there_is_told_where_there_is_no_choice(make_app: MakeApp) -> None:
    answer = presses(Cast(make_app()).guest(), model="crayons")
    assert (answer.status_code, "There is no model “crayons” here" in answer.text) == (422, True)


def test_again_goes_to_the_sites_own_choice_when_the_model_is_gone(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts(model="painter", seed=7)
    take_away(app, "painter")
    page = cast.ann.get(f"/generate?again={job_id}").text
    assert ("checked" in radio(page, "illustrator"), radio(page, "painter")) == (True, "")
    time.forward(seconds=1)
    cast.ann.press(f"/jobs/{job_id}/repeat")
    assert (last_job().lane, last_job().price) == ("illustrator", 20)


def test_again_keeps_the_model_that_is_there(cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts(model="painter")
    assert "checked" in radio(cast.ann.get(f"/generate?again={job_id}").text, "painter")
    time.forward(seconds=1)
    cast.ann.press(f"/jobs/{job_id}/repeat")
    assert last_job().lane == "painter"


def test_a_remembered_model_that_is_gone_is_forgotten(app: Flask, cast: Cast) -> None:
    presses(cast.ann, model="painter")
    take_away(app, "painter")
    page = cast.ann.get("/generate").text
    assert "checked" in radio(page, "illustrator")
    assert "<span data-price>20 credits</span>" in page


def test_a_tools_page_offers_those_that_can_do_it(cast: Cast) -> None:
    page = cast.ann.get("/tools/magic-edit").text
    assert "checked" in radio(page, "illustrator")
    assert 'data-price="47"' in radio(page, "painter")
    assert "disabled" in radio(page, "master")
    assert radio(page, "gpt-image-1") == ""
    assert "It costs 30, 47 or 120 credits." in page


def test_a_tools_page_has_the_price_of_the_only_model_that_can_do_it(make_app: MakeApp, tmp_path: Path) -> None:
    _, _, painter, _, words_alone = MODELS.split("[[model]]")
    path = listed(tmp_path, f"[[model]]{words_alone}[[model]]{painter}")
    page = Cast(make_app(MODEL_LIST=path)).ann.get("/tools/restyle").text
    assert 'name="model"' not in page
    assert 'data-price="47"' in page.split('id="tool"', 1)[1].split(">")[0]
    assert "It costs 47 credits." in page


def test_a_tools_page_has_the_price_of_the_model_that_was_chosen_last(cast: Cast) -> None:
    assert cast.ann.press("/tools/restyle", image=a_picture(), style="oil", model="painter").status_code == 303
    page = cast.ann.get("/tools/restyle").text
    assert "checked" in radio(page, "painter")
    assert 'data-price="47"' in page.split('id="tool"', 1)[1].split(">")[0]


@pytest.mark.parametrize("tool", ["convert", "upscale"])
def test_a_tool_that_paints_nothing_asks_for_no_model(cast: Cast, tool: str) -> None:
    assert 'name="model"' not in cast.ann.get(f"/tools/{tool}").text


def test_a_tool_is_asked_for_a_model_only_where_there_are_several(make_app: MakeApp) -> None:
    assert 'name="model"' not in Cast(make_app()).guest().get("/tools/restyle").text


def test_a_tool_tells_whose_plan_a_model_belongs_to(cast: Cast) -> None:
    answer = cast.ann.press("/tools/restyle", image=a_picture(), style="oil", model="master")
    assert answer.status_code == 403
    assert "The master belongs to Pro or Max." in answer.text
    assert 'href="/pricing"' in answer.text


def test_they_are_listed_for_programs(cast: Cast, time: Clock) -> None:
    is_at_work("illustrator", Readiness.READY, time)
    is_at_work("master", Readiness.LOADING, time)
    found = cast.guest().get("/api/models").json["models"]
    assert [model["name"] for model in found] == ["illustrator", "painter", "master", "gpt-image-1"]
    assert [model["state"] for model in found] == ["ready", "down", "loading", "down"]
    assert found[2] == {
        "name": "master",
        "title": "The master",
        "good_at": "",
        "tools": ["generate", "image-to-image", "magic-edit", "restyle"],
        "price_factor": 4.0,
        "plans": ["pro", "max"],
        "state": "loading",
    }
    assert (found[0]["plans"], found[3]["tools"]) == (["free", "pro", "max"], ["generate"])


def test_one_that_was_not_heard_of_for_a_minute_does_not_work(cast: Cast, time: Clock) -> None:
    is_at_work("illustrator", Readiness.READY, time)
    time.forward(seconds=61)
    assert cast.guest().get("/api/models").json["models"][0]["state"] == "down"


def test_the_tools_tell_programs_which_models_they_take(cast: Cast) -> None:
    tools = {tool["name"]: tool["options"]["properties"] for tool in cast.guest().get("/api/tools").json["tools"]}
    assert tools["generate"]["model"]["enum"] == ["illustrator", "painter", "master", "gpt-image-1"]
    assert tools["restyle"]["model"]["enum"] == ["illustrator", "painter", "master"]
    assert "model" not in tools["convert"]


def test_the_description_of_the_api_names_them(app: Flask) -> None:
    schemas = described().document["components"]["schemas"]
    named = {name: schemas[name]["properties"]["model"]["enum"] for name in ("GenerateBody", "Generation", "ImageWish")}
    assert named["GenerateBody"] == ["illustrator", "painter", "master", "gpt-image-1"]
    assert named["Generation"][:4] == named["GenerateBody"]
    assert named["Generation"].count("gpt-image-1") == 1
    assert "dall-e-3" in named["ImageWish"]


def test_every_page_names_who_paints(cast: Cast) -> None:
    told = "Pictures are painted by the built-in illustrator, The painter, The master or gpt-image-1."
    assert told in cast.guest().get("/pricing").text


def test_the_prices_name_the_models_that_a_plan_brings_and_those_that_cost_more(cast: Cast) -> None:
    page = cast.guest().get("/pricing").text
    cards = {plan: page.split(f'id="plan-{plan}"', 1)[1].split("</section>", 1)[0] for plan in ("free", "pro", "max")}
    assert {plan: "The master paints for you" in card for plan, card in cards.items()} == {
        "free": False,
        "pro": True,
        "max": False,  # it has everything in Pro
    }
    assert "With The painter all that is painted costs 1.55 times as much, with The master" in page
