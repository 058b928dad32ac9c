"""A refusal by the content policy, and contesting it: from the form, from a program, and what the operator does."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.jobs import contests, duties
from app.jobs.contests import Contest
from app.jobs.models import Job
from tests.cast import Actor, Answer, Cast, png
from tests.conftest import Clock, MakeApp
from tests.test_cli import run

REFUSED = "Pikachu eating breakfast"


def note_of(answer: Answer) -> str:
    return str(answer.json["error"]["contest"])


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def contested(who: Actor, prompt: str = REFUSED) -> Answer:
    return who.post("/api/contests", json={"contest": note_of(who.generate(prompt))})


def test_a_refusal_names_its_category_and_a_way_and_costs_nothing(cast: Cast) -> None:
    before = cast.ann.credits
    answer = cast.ann.generate(REFUSED)
    error = answer.json["error"]
    assert (answer.status_code, error["code"], error["category"]) == (400, "content_policy", "characters")
    assert "a character that belongs to somebody else" in error["message"]
    assert error["suggestion"] in error["message"]
    assert "Pikachu" not in error["message"]
    assert cast.ann.credits == before
    assert count(Job) == count(Contest) == 0


@pytest.mark.parametrize("tool", ["image-to-image", "magic-edit"])
def test_every_tool_that_takes_a_prompt_is_held_to_it(cast: Cast, tool: str) -> None:
    mask: dict[str, Any] = {"mask": (png(), "mask.png")} if tool == "magic-edit" else {}
    answer = cast.ann.sends(tool, png(), prompt=REFUSED, **mask)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "content_policy")


def test_a_refused_guest_keeps_the_free_picture(cast: Cast) -> None:
    guest = cast.guest()
    assert guest.generate(REFUSED).status_code == 400
    assert guest.generate("a red fox").status_code == 200


def test_a_press_puts_it_into_the_queue_once(cast: Cast) -> None:
    first = contested(cast.ann)
    assert (first.status_code, first.json["status"]) == (200, "filed")
    assert contested(cast.ben, "pikachu, eating BREAKFAST").json["status"] == "known"
    [filed] = contests.queue(None)
    assert (filed.prompt, filed.category, filed.person_id) == (REFUSED, "characters", cast.ann.id)


def test_a_guest_may_contest(cast: Cast) -> None:
    assert contested(cast.guest()).json["status"] == "filed"


@pytest.mark.parametrize("note", ["", "made up", None, 7, "WyJhIiwiYiJd.aaaa.bbbb"])
def test_a_note_that_is_none_is_refused(cast: Cast, note: object) -> None:
    answer = cast.ann.post("/api/contests", json={"contest": note})
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "contest")
    assert count(Contest) == 0


def test_a_network_contests_only_so_often(make_app: MakeApp, time: Clock) -> None:
    app = make_app(CONTESTS_PER_HOUR=1)
    with app.app_context():
        ann = Cast(app).ann
        assert contested(ann).status_code == 200
        assert contested(ann, "Batman in the rain").status_code == 429


def test_what_the_operator_allows_passes_in_whatever_spelling(cast: Cast) -> None:
    contested(cast.ann)
    assert "1  2026-11-20  characters: Pikachu eating breakfast\n" in run(cast.app, "contests", "list").output
    assert run(cast.app, "contests", "allow", "1").output == "1: allowed\n"
    assert cast.ben.generate("PIKACHU   eating breakfast").status_code == 200
    assert cast.ben.generate("Pikachu eating supper").status_code == 400
    assert run(cast.app, "contests", "list").output == ""
    assert "(allowed)" in run(cast.app, "contests", "list", "--all").output


def test_what_the_operator_upholds_stays_refused(cast: Cast) -> None:
    contested(cast.ann)
    assert run(cast.app, "contests", "uphold", "1").exit_code == 0
    assert cast.ann.generate(REFUSED).status_code == 400


def test_a_contest_that_is_not_there_is_told(app: Flask) -> None:
    done = run(app, "contests", "allow", "99")
    assert (done.exit_code, "no contest 99" in done.output) == (1, True)


def test_old_contests_are_forgotten_and_what_is_allowed_stays_so(cast: Cast, time: Clock) -> None:
    for prompt in (REFUSED, "Batman in the rain", "Shrek at a desk"):
        contested(cast.ann, prompt)
    run(cast.app, "contests", "allow", "1")
    run(cast.app, "contests", "uphold", "2")
    duties.tidy(time.forward(days=89))
    assert count(Contest) == 3
    duties.tidy(time.forward(days=2))
    assert [one.prompt for one in contests.queue(None)] == [REFUSED]


def test_the_page_offers_the_press_and_thanks(cast: Cast) -> None:
    page = cast.ann.press("/generate", prompt=REFUSED)
    note = re.search(r'name="contest" value="([^"]+)"', page.text)
    assert page.status_code == 400
    assert note is not None
    assert 'form="contest"' in page.text
    assert '<form id="contest" action="/contests"' in page.text
    thanks = cast.ann.press("/contests", contest=note[1])
    assert (thanks.status_code, "Nothing was charged" in thanks.text) == (200, True)
    assert count(Contest) == 1


def test_the_fragment_offers_the_press_to_the_form_that_stands_on_the_page(cast: Cast) -> None:
    assert '<form id="contest" action="/contests"' in cast.ann.get("/generate").text
    token = cast.ann._token()
    sent = {"csrf_token": token, "prompt": REFUSED}
    fragment = cast.ann.post("/generate", data=sent, headers={"HX-Request": "true"})
    assert 'form="contest"' in fragment.text
    assert "<form" not in fragment.text


def test_a_tool_page_offers_the_press_with_and_without_scripts(cast: Cast) -> None:
    fields = {"csrf_token": cast.ann._token(), "prompt": REFUSED}
    for headers in ({}, {"HX-Request": "true"}):
        sent = {**fields, "image": (BytesIO(png()), "photo.png")}
        page = cast.ann.post("/tools/image-to-image", data=sent, headers=headers)
        assert page.status_code == 400
        assert page.text.count('form="contest"') == 1
