"""POST /api/images/generate: one picture for one request, in the words its clients know."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts import keys
from app.credits import wallet
from app.extensions import db, transaction
from app.jobs import waiting
from app.jobs.models import Job, State
from app.refusals import Refusal
from tests.cast import Actor, Answer, Cast, Person, Program, Studio
from tests.conftest import Clock, MakeApp

ADDRESS = "/api/images/generate"


def asks(actor: Actor, prompt: object = "a red fox", **fields: object) -> Answer:
    return actor.post(ADDRESS, json={"prompt": prompt, **fields})


def last_job() -> Job:
    db.session.remove()
    return db.session.query(Job).order_by(Job.created_at.desc()).limit(1).one()


def spend_all_but(person: Person, left: int, time: Clock) -> None:
    with transaction() as tx:
        wallet.hold(tx, person.id, "elsewhere", person.credits - left, "elsewhere", time.now())


def test_a_picture_comes_back_with_its_address(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    answer = asks(program)
    assert answer.status_code == 200
    image = answer.json["image"]
    assert answer.json == {
        "success": True,
        "image": {
            "id": last_job().id,
            "url": f"http://localhost/images/{image['id']}.png",
            "prompt": "a red fox",
            "size": "1024x1024",
            "style": "standard",
            "createdAt": "2026-11-20T12:00:00Z",
        },
        "credits_remaining": before - 20,
    }


@pytest.mark.parametrize("size", ["1024x1024", "1792x1024", "1024x1792"])
def test_every_size_is_exact_and_costs_the_same(cast: Cast, program: Program, painted: Studio, size: str) -> None:
    before = cast.ann.credits
    answer = asks(program, size=size, style="vivid")
    assert (answer.json["image"]["size"], answer.json["image"]["style"]) == (size, "vivid")
    job = last_job()
    assert f"{job.width}x{job.height}" == size
    assert before - cast.ann.credits == 20


def test_the_style_is_what_the_engine_is_asked_for(program: Program, painted: Studio, time: Clock) -> None:
    asks(program)
    assert last_job().facts["style"] == "standard"
    time.forward(seconds=1)
    asks(program, style="vivid")
    assert last_job().facts["style"] == "vivid"


def test_unknown_fields_are_ignored(program: Program, painted: Studio) -> None:
    assert asks(program, n=3, sampler="any", nonsense={"deep": [1]}).status_code == 200
    assert last_job().params["count"] == 1


@pytest.mark.parametrize("prompt", ["", "   ", None])
def test_without_a_prompt_it_says_so(program: Program, prompt: object) -> None:
    answer = asks(program, prompt)
    assert (answer.status_code, answer.json) == (400, {"error": "Prompt is required"})


def test_without_a_body_too(program: Program) -> None:
    assert program.post(ADDRESS).json == program.post(ADDRESS, json={}).json == {"error": "Prompt is required"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"prompt": "x" * 1001}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": ["a fox"]}, "prompt"),
        ({"prompt": "a \ud800 fox"}, "prompt"),
        ({"size": "512x512"}, "size"),
        ({"size": 1024}, "size"),
        ({"style": "cubist"}, "style"),
        ({"style": {}}, "style"),
    ],
)
def test_other_wrong_fields_are_named(program: Program, fields: dict[str, object], named: str) -> None:
    answer = asks(program, **{"prompt": "a fox", **fields})
    assert answer.status_code == 400
    assert list(answer.json) == ["error"]
    assert named in answer.json["error"].lower()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"fox"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(program: Program, body: bytes) -> None:
    answer = program.post(ADDRESS, data=body, content_type="application/json")
    assert (answer.status_code, answer.json) == (400, {"error": "body: Send a JSON object"})


def test_a_stranger_is_asked_who_they_are(cast: Cast) -> None:
    answer = asks(cast.guest())
    assert (answer.status_code, answer.json) == (401, {"error": "Authentication required"})


def test_a_wrong_key_is_told_apart(cast: Cast, app: Flask) -> None:
    made_up = asks(Program(app, "limn_nonsense"))
    well_formed = asks(Program(app, keys.new_key()))
    bearer = asks(Program(app, "a.b.c", header="Authorization"))
    for answer in (made_up, well_formed, bearer):
        assert (answer.status_code, answer.json) == (401, {"error": "Invalid API key"})


def test_a_revoked_and_an_expired_key_open_nothing(cast: Cast, app: Flask, time: Clock) -> None:
    revoked, row = keys.create(cast.ann.id, "old", ["generate"], time.now())
    keys.revoke(cast.ann.id, row.id, time.now())
    expired, _ = keys.create(cast.ann.id, "older", ["generate"], time.now(), expires_at=time.now())
    for key in (revoked, expired):
        assert asks(Program(app, key)).json == {"error": "Invalid API key"}


def test_a_key_may_come_as_a_bearer(cast: Cast, app: Flask, painted: Studio) -> None:
    assert asks(Program(app, cast.ann.makes_key(), header="Authorization")).status_code == 200


def test_a_key_without_the_scope_is_refused(cast: Cast) -> None:
    answer = asks(cast.ann.program(scopes=["read"]))
    assert answer.status_code == 403
    assert "generate" in answer.json["error"]


def test_out_of_credits_tells_what_is_there(cast: Cast, program: Program, time: Clock) -> None:
    spend_all_but(cast.ann, 19, time)
    answer = asks(program)
    assert answer.status_code == 402
    assert answer.json == {
        "error": "Insufficient credits",
        "credits": 19,
        "message": "Please purchase more credits to continue",
    }


def test_a_keys_own_cap_is_told_apart(cast: Cast) -> None:
    answer = asks(cast.ann.program(monthly_cap=10))
    assert (answer.status_code, answer.json["error"]) == (402, "Spending cap reached")
    assert cast.ann.credits == 100


def test_one_that_takes_too_long_is_given_up_and_not_charged(make_app: MakeApp, time: Clock) -> None:
    app = make_app(DIALECT_WAIT_SECONDS=0)
    with app.app_context():
        ann = Cast(app).ann
        answer = asks(ann.program())
        assert (answer.status_code, answer.json) == (
            503,
            {"error": "Image generation timed out", "message": "Please try again"},
        )
        assert last_job().state == State.CANCELED
        assert ann.credits == 100


def test_one_that_is_ready_at_the_last_moment_is_answered(
    program: Program, studio: Studio, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(job_id: str, seconds: float) -> bool:
        with app.app_context():
            studio.works()
        return False

    monkeypatch.setattr(waiting, "watch", too_late)
    assert asks(program).status_code == 200


def test_a_process_with_no_thread_to_spare_starts_nothing(
    cast: Cast, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "take_place", lambda: False)
    answer = asks(program)
    assert answer.status_code == 503
    assert answer.json["message"] == "Please try again"
    assert answer.headers["Retry-After"] == "5"
    assert db.session.query(Job).count() == 0


def test_a_failed_job_is_an_error_and_free(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    painted.engine.fails_with = Refusal("engine_unavailable", "The painter is out.")
    answer = asks(program)
    assert (answer.status_code, answer.json["error"]) == (503, "The painter is out")
    painted.engine.fails_with = ValueError("a mistake of ours")
    answer = asks(program)
    assert answer.status_code == 500
    assert list(answer.json) == ["error"]
    assert cast.ann.credits == before


def test_a_refused_prompt_names_the_category_and_is_free(cast: Cast, program: Program) -> None:
    before = cast.ann.credits
    answer = asks(program, "Mickey Mouse on a bicycle")
    assert answer.status_code == 400
    assert list(answer.json) == ["error"]
    assert "character" in answer.json["error"]
    assert "Mickey" not in answer.json["error"]
    assert (db.session.query(Job).count(), cast.ann.credits) == (0, before)


def test_too_often_is_told_with_the_seconds_to_wait(make_app: MakeApp, time: Clock) -> None:
    app = make_app(KEY_DIALECT_REQUESTS=2)
    with app.app_context():
        guest = Cast(app).guest()
        assert [asks(guest).status_code, guest.get("/api/images/nothing").status_code] == [401, 404]
        answer = asks(guest)
    assert (answer.status_code, answer.json) == (
        429,
        {"error": "Rate limit exceeded", "message": "Please try again later"},
    )
    assert 0 < int(answer.headers["Retry-After"]) <= timedelta(minutes=15).total_seconds()


@pytest.mark.parametrize("path", ["/api/images/nothing", "/api/auth/nothing"])
def test_what_is_not_there_is_said_in_this_dialect(program: Program, path: str) -> None:
    answer = program.get(path)
    assert (answer.status_code, list(answer.json)) == (404, ["error"])


def test_a_wrong_method_is_said_in_this_dialect(program: Program) -> None:
    answer = program.get(ADDRESS)
    assert (answer.status_code, list(answer.json)) == (405, ["error"])
    assert "POST" in answer.headers["Allow"]


def test_too_much_is_said_in_this_dialect(program: Program) -> None:
    answer = asks(program, "x" * 2_000_000)
    assert (answer.status_code, list(answer.json)) == (413, ["error"])


def test_a_fault_of_ours_is_said_in_this_dialect(app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.dialects.work.lifecycle.start", lambda *_: 1 // 0)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = asks(program)
    assert (answer.status_code, list(answer.json)) == (500, ["error"])


def test_a_request_that_comes_again_is_one_picture(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    again = {"headers": {"Idempotency-Key": "order 1"}, "json": {"prompt": "a red fox"}}
    first, second = program.post(ADDRESS, **again), program.post(ADDRESS, **again)
    assert first.json == second.json
    assert before - cast.ann.credits == 20


def test_one_that_was_given_up_is_tried_anew_when_it_comes_again(
    cast: Cast, program: Program, studio: Studio, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cast.ann.credits
    again = {"headers": {"Idempotency-Key": "order 1"}, "json": {"prompt": "a red fox"}}
    monkeypatch.setattr(waiting, "watch", lambda *_: False)
    assert program.post(ADDRESS, **again).status_code == 503

    def works(job_id: str, seconds: float) -> bool:
        with app.app_context():
            studio.works()
        return True

    monkeypatch.setattr(waiting, "watch", works)
    assert program.post(ADDRESS, **again).status_code == 200
    assert before - cast.ann.credits == 20
