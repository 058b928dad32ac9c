"""Errors in the shape the request asked for."""

import pytest
from flask import Flask

from app.refusals import STATUS, Refusal
from tests.cast import Actor, Cast


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/nothing", 404, "not_found"),
        ("get", "/api/generate", 405, "method_not_allowed"),
        ("post", "/api/me", 405, "method_not_allowed"),
        ("get", "/api/job/nothing", 404, "not_found"),
        ("get", "/api/me", 401, "login_required"),
    ],
)
def test_the_api_answers_with_json_always(cast: Cast, method: str, path: str, status: int, code: str) -> None:
    answer = getattr(cast.guest(), method)(path)
    assert (answer.status_code, answer.json["ok"], answer.json["error"]["code"]) == (status, False, code)
    assert answer.json["error"]["message"]


def test_a_wrong_method_says_which_are_right(cast: Cast) -> None:
    assert "POST" in cast.guest().get("/api/generate").headers["Allow"]


def test_too_much_is_refused_whole(cast: Cast) -> None:
    answer = cast.ann.post("/api/generate", data=b"x" * (1024 * 1024 + 1), content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_pages_answer_with_a_page_and_fragments_with_a_fragment(cast: Cast) -> None:
    assert "<html" in cast.guest().get("/nothing").text
    fragment = cast.guest().get("/nothing", headers={"HX-Request": "true"})
    assert (fragment.status_code, "<html" in fragment.text) == (404, False)


@pytest.mark.parametrize(("path", "says"), [("/api/broken", "internal"), ("/broken", "Nothing was charged")])
def test_an_error_of_ours_tells_nothing_of_its_inside(app: Flask, path: str, says: str) -> None:
    app.testing = False
    app.add_url_rule(path, path, view_func=_broken)
    answer = Actor(app).get(path)
    assert answer.status_code == 500
    assert says in answer.text
    assert "a secret inside" not in answer.text


def test_a_code_that_nobody_described_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="unknown refusal code"):
        Refusal("oops", "…")


@pytest.mark.parametrize("code", STATUS)
def test_every_code_has_a_status(code: str) -> None:
    assert 400 <= Refusal(code, "…").status < 600


HUGE = "9" * 30


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"/{'0' * 22}/{HUGE}", 404), (f"/credits?before={HUGE}", 200), (f"/credits?before=-{HUGE}", 200)],
)
def test_a_number_no_database_holds_is_no_error_of_ours(cast: Cast, path: str, status: int) -> None:
    assert cast.ann.get(path).status_code == status


def test_nor_is_one_in_a_form(cast: Cast) -> None:
    assert cast.ann.press(f"/account/sessions/{HUGE}/revocation").status_code == 404


def _broken() -> str:
    raise RuntimeError("a secret inside")
