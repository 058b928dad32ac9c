"""POST /api/auth/register and login: a token for programs, and no cookie."""

import pytest
from flask import Flask

from app.accounts import people, sign_ins
from tests.cast import PASSWORD, Actor, Answer, Cast, Program
from tests.conftest import Clock, MakeApp

ANN = {"email": "ann@limn.example", "password": PASSWORD}


def enters(actor: Actor, way: str = "login", **fields: object) -> Answer:
    return actor.post(f"/api/auth/{way}", json={**ANN, **fields})


def bearer(app: Flask, answer: Answer) -> Program:
    return Program(app, str(answer.json["token"]), header="Authorization")


def test_registering_answers_a_token_and_who_it_is(cast: Cast, app: Flask) -> None:
    answer = enters(cast.guest(), "register")
    person = people.find("ann@limn.example")
    assert answer.status_code == 200
    assert person is not None
    assert answer.json["success"] is True
    assert answer.json["user"] == {"id": person.id, "email": "ann@limn.example", "plan": "free", "credits": 100}
    assert "Set-Cookie" not in answer.headers
    assert bearer(app, answer).get("/api/images/history").status_code == 200


def test_signing_in_answers_the_same(cast: Cast, app: Flask) -> None:
    assert cast.ann.credits == 100
    answer = enters(cast.guest())
    assert answer.json["user"]["credits"] == 100
    assert bearer(app, answer).get("/api/me").json["email"] == "ann@limn.example"


def test_a_token_ends_with_its_sign_in(cast: Cast, app: Flask, time: Clock) -> None:
    assert cast.ann.credits == 100
    program = bearer(app, enters(cast.guest()))
    person = people.find("ann@limn.example")
    assert person is not None
    sign_ins.revoke_all(person)
    answer = program.get("/api/images/history")
    assert (answer.status_code, answer.json) == (401, {"error": "Invalid API key"})


def test_a_token_lasts_an_hour(cast: Cast, app: Flask, time: Clock) -> None:
    assert cast.ann.credits == 100
    program = bearer(app, enters(cast.guest()))
    time.forward(minutes=60)
    assert program.get("/api/images/history").json == {"error": "Invalid API key"}


def test_who_brings_a_token_that_has_expired_gets_another(cast: Cast, app: Flask) -> None:
    assert cast.ann.credits == 100
    assert enters(Program(app, "expired.and.gone", header="Authorization")).status_code == 200


def test_a_wrong_password_and_an_unknown_address_are_one(cast: Cast) -> None:
    assert cast.ann.credits == 100
    wrong, unknown = enters(cast.guest(), password="not this one"), enters(cast.guest(), email="eve@limn.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json == {"error": "This address and password do not belong together"}


def test_an_address_that_is_taken_is_a_conflict(cast: Cast) -> None:
    assert cast.ann.credits == 100
    answer = enters(cast.guest(), "register")
    assert (answer.status_code, list(answer.json)) == (409, ["error"])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"email": "nobody"}, "mail"),
        ({"email": None}, "email"),
        ({"email": ["ann@limn.example"]}, "email"),
        ({"password": "short"}, "password"),
        ({"password": 12345678}, "password"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, fields: dict[str, object], named: str) -> None:
    answer = enters(cast.guest(), "register", **fields)
    assert answer.status_code == 400
    assert named in answer.json["error"].lower()


def test_unknown_fields_are_ignored(cast: Cast) -> None:
    assert enters(cast.guest(), "register", name="Ann", remember=True).status_code == 200


def test_who_registers_again_by_the_same_request_is_signed_in(cast: Cast) -> None:
    again = {"json": ANN, "headers": {"Idempotency-Key": "ann"}}
    first, second = (cast.guest().post("/api/auth/register", **again) for _ in range(2))
    assert first.json["user"] == second.json["user"]
    assert first.json["token"] != second.json["token"]
    assert second.status_code == 200


def test_guessing_is_slowed_down_in_this_dialect(make_app: MakeApp, time: Clock) -> None:
    app = make_app(SIGN_INS_PER_ACCOUNT=2)
    with app.app_context():
        guest = Cast(app).guest()
        answers = [enters(guest, password=f"guess {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[-1].json["error"] == "Rate limit exceeded"


def test_many_accounts_from_one_network_are_slowed_down(make_app: MakeApp, time: Clock) -> None:
    app = make_app(SIGN_UPS_PER_HOUR=1)
    with app.app_context():
        guest = Cast(app).guest()
        answers = [enters(guest, "register", email=f"{name}@limn.example") for name in ("ann", "bob")]
    assert [answer.status_code for answer in answers] == [200, 429]
