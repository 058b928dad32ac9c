"""Safe retries: a request that comes again is answered again, and done once."""

import threading
from contextvars import Context

import pytest
from flask import Flask

from app.extensions import db, transaction
from app.jobs.models import Job
from app.web import idempotency
from app.web.idempotency import KnownRequest
from tests.cast import Actor, Answer, Cast, Studio, png
from tests.conftest import Clock

KEY = {"Idempotency-Key": "order 66"}


def generate(actor: Actor, prompt: str = "a red fox", key: str = "order 66", **fields: object) -> Answer:
    return actor.post("/api/generate", json={"prompt": prompt, **fields}, headers={"Idempotency-Key": key})


def forget_answers() -> None:
    """As if the server had died between doing it and noting its answer."""
    with transaction() as tx:
        tx.query(KnownRequest).update({"answer": None, "status": None})


def test_the_same_request_gets_the_same_answer_and_one_charge(cast: Cast, studio: Studio) -> None:
    first = generate(cast.ann)
    studio.works()
    again = generate(cast.ann)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert cast.ann.credits == 80


def test_a_server_that_died_before_it_answered_answers_for_the_same_job(cast: Cast, studio: Studio) -> None:
    first = generate(cast.ann)
    forget_answers()
    again = generate(cast.ann)
    assert again.json["job_id"] == first.json["job_id"]
    assert cast.ann.credits == 80


def test_a_server_that_died_before_it_began_begins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("app.jobs.lifecycle.inputs.store", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            generate(cast.ann)
    assert generate(cast.ann).status_code == 200
    assert cast.ann.credits == 80


def _power_cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_another_body_with_the_same_key_is_refused(cast: Cast) -> None:
    generate(cast.ann)
    refused = generate(cast.ann, "a blue whale")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "conflict")
    assert refused.json["error"]["field"] == "Idempotency-Key"
    assert cast.ann.credits == 80


def test_the_order_of_the_fields_is_no_difference(cast: Cast) -> None:
    one = cast.ann.post("/api/generate", data='{"prompt": "a red fox", "count": 1}', headers=KEY)
    two = cast.ann.post("/api/generate", data='{"count":1,"prompt":"a red fox"}', headers=KEY)
    assert one.json == two.json


def test_a_file_sent_again_with_another_boundary_is_the_same_request(cast: Cast, studio: Studio) -> None:
    def convert(picture: bytes) -> Answer:
        return cast.ann.sends("convert", picture, option="JPG", headers=KEY)

    first = convert(png())
    assert first.status_code == 202
    studio.works("tools")
    done = convert(png())
    assert (done.status_code, done.json["job_id"]) == (200, first.json["job_id"])
    assert convert(png()).json == done.json
    assert convert(png(colour="red")).status_code == 409
    assert cast.ann.credits == 90


def test_two_at_once_are_one(any_app: Flask, time: Clock) -> None:
    ann = Cast(any_app).ann
    before = ann.credits
    program, answers = ann.program(), []

    def ask() -> None:
        answers.append(Context().run(generate, program).json["job_id"])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 6
    assert len(set(answers)) == 1
    db.session.remove()
    assert db.session.query(Job).count() == 1
    assert ann.credits == before - 20


def test_a_refusal_did_nothing_and_may_be_tried_again(cast: Cast) -> None:
    cast.ann.starts(count=4)
    assert generate(cast.ann, count=2).status_code == 402
    cast.ann.moves_to("pro")
    assert generate(cast.ann, count=2).status_code == 200


def test_another_persons_key_is_another_key(cast: Cast) -> None:
    assert generate(cast.ann).json["job_id"] != generate(cast.ben).json["job_id"]


def test_a_persons_programs_and_browser_share_their_keys(cast: Cast) -> None:
    assert generate(cast.ann).json["job_id"] == generate(cast.ann.program()).json["job_id"]


def test_it_is_forgotten_after_a_day(cast: Cast, time: Clock) -> None:
    first = generate(cast.ann)
    time.forward(hours=23, minutes=59)
    assert generate(cast.ann).json["job_id"] == first.json["job_id"]
    time.forward(minutes=2)
    assert generate(cast.ann).json["job_id"] != first.json["job_id"]
    assert idempotency.forget_old(time.now()) == 0
    time.forward(hours=25)
    assert idempotency.forget_old(time.now()) == 1


@pytest.mark.parametrize("key", ["x" * 256, "a\tb", ""])
def test_a_key_that_is_none_is_refused(cast: Cast, key: str) -> None:
    refused = generate(cast.ann, key=key)
    assert (refused.status_code, refused.json["error"]["field"]) == (400, "Idempotency-Key")


def test_what_was_sent_cannot_be_read_from_what_is_kept(app: Flask, cast: Cast) -> None:
    body = {"email": "eva@limn.example", "password": "correct horse battery"}
    Actor(app).post("/api/register", json=body, headers=KEY)
    [kept] = db.session.query(KnownRequest).all()
    assert kept.answer is None
    assert "eva" not in str(vars(kept))


def test_a_registration_sent_again_signs_in(app: Flask, cast: Cast) -> None:
    body = {"email": "eva@limn.example", "password": "correct horse battery"}
    for _ in range(2):
        eva = Actor(app)
        assert eva.post("/api/register", json=body, headers=KEY).status_code == 200
        assert eva.get("/api/me").json["email"] == "eva@limn.example"
    assert Actor(app).post("/api/register", json=body).status_code == 409


def test_an_api_key_made_twice_is_one_key(cast: Cast) -> None:
    made = [cast.ann.post("/api/keys", json={"name": "a program"}, headers=KEY).json for _ in range(2)]
    assert made[0] == made[1]
    assert len(cast.ann.get("/api/keys").json["keys"]) == 1
    assert db.session.query(KnownRequest).one().answer is None


def test_a_guest_who_asks_again_gets_their_one_picture(cast: Cast) -> None:
    guest = cast.guest()
    first = generate(guest)
    assert generate(guest).json == first.json
    assert generate(cast.guest()).json["job_id"] == first.json["job_id"]  # the first answer got lost, the cookie too
