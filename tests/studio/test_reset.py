"""Forgotten and changed passwords."""

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.accounts.models import Person as Row
from app.extensions import db
from app.mail.models import Mail
from tests.cast import PASSWORD, Actor, Answer, Cast, Program
from tests.conftest import Clock

NEW = "staple battery horse"
ANN, EVE = "ann@limn.example", "eve@limn.example"


@pytest.fixture
def cast(any_app: Flask, time: Clock) -> Cast:
    made = Cast(any_app)
    assert made.ann.credits == 100
    return made


def mails(kind: str) -> list[Mail]:
    db.session.remove()
    return list(db.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def token() -> str:
    return str(mails("reset")[-1].facts["link_token"])


def ask(actor: Actor, email: str = ANN) -> Answer:
    return actor.press("/forgot", email=email)


def signs_in(actor: Actor, password: str) -> bool:
    return actor.post("/api/login", json={"email": ANN, "password": password}).status_code == 200


def test_a_new_password_by_mail(cast: Cast) -> None:
    guest = cast.guest()
    assert "Look at your mail" in ask(guest, " Ann@Limn.Example ").text
    [mail] = mails("reset")
    assert (mail.address, mail.state) == (ANN, "pending")
    assert guest.get(f"/reset/{token()}").status_code == 200
    answer = guest.press(f"/reset/{token()}", password=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "Your new password is set" in guest.get("/login").text
    assert (signs_in(cast.guest(), PASSWORD), signs_in(cast.guest(), NEW)) == (False, True)


def test_a_new_password_by_calls(cast: Cast) -> None:
    guest = cast.guest()
    assert guest.post("/api/password/reset-request", json={"email": ANN}).json == {"ok": True}
    assert guest.post("/api/password/reset", json={"token": token(), "password": NEW}).json == {"ok": True}
    assert signs_in(cast.guest(), NEW)
    again = guest.post("/api/password/reset", json={"token": token(), "password": NEW})
    assert (again.status_code, again.json["error"]["field"]) == (400, "token")


def test_all_sign_ins_and_tokens_end_and_keys_stay(cast: Cast) -> None:
    key = cast.ann.program()
    entered = cast.guest().post("/api/auth/login", json={"email": ANN, "password": PASSWORD}).json
    program = Program(cast.app, entered["token"], "Authorization")
    assert program.get("/api/me").status_code == 200
    ask(cast.guest())
    cast.guest().press(f"/reset/{token()}", password=NEW)
    assert [actor.get("/api/me").status_code for actor in (cast.ann, program, key)] == [401, 401, 200]
    assert cast.ben.get("/api/me").status_code == 200


def test_a_link_works_once(cast: Cast) -> None:
    ask(cast.guest())
    first = token()
    cast.guest().press(f"/reset/{first}", password=NEW)
    for answer in (cast.guest().get(f"/reset/{first}"), cast.guest().press(f"/reset/{first}", password="third one")):
        assert answer.status_code == 410
        assert "of no use any more" in answer.text
        assert 'href="/forgot"' in answer.text
    assert signs_in(cast.guest(), NEW)


def test_a_link_ends_with_the_next_password_however_it_came(cast: Cast, time: Clock) -> None:
    ask(cast.guest())
    first = token()
    time.forward(seconds=1)
    ask(cast.guest())
    assert first != token()
    cast.guest().press(f"/reset/{token()}", password=NEW)
    assert cast.guest().get(f"/reset/{first}").status_code == 410


def test_a_link_works_for_an_hour(cast: Cast, time: Clock) -> None:
    ask(cast.guest())
    time.forward(minutes=59)
    assert cast.guest().get(f"/reset/{token()}").status_code == 200
    time.forward(minutes=1)
    assert cast.guest().get(f"/reset/{token()}").status_code == 410
    assert cast.guest().press(f"/reset/{token()}", password=NEW).status_code == 410
    assert signs_in(cast.guest(), PASSWORD)


@pytest.mark.parametrize("made_up", ["x", "WzFd.abc", "%00", "é"])
def test_what_we_did_not_sign_opens_nothing(cast: Cast, made_up: str) -> None:
    assert cast.guest().get(f"/reset/{made_up}").status_code in (404, 410)
    assert cast.guest().post("/api/password/reset", json={"token": made_up, "password": NEW}).status_code == 400


def test_looking_at_a_link_changes_nothing(cast: Cast) -> None:
    ask(cast.guest())
    for _ in range(3):
        cast.guest().get(f"/reset/{token()}")
    assert cast.ann.get("/api/me").status_code == 200
    assert signs_in(cast.guest(), PASSWORD)


def test_a_password_that_is_too_short_is_told_and_the_link_stays(cast: Cast) -> None:
    ask(cast.guest())
    answer = cast.guest().press(f"/reset/{token()}", password="short")
    assert (answer.status_code, "Choose a password of 8" in answer.text) == (422, True)
    called = cast.guest().post("/api/password/reset", json={"token": token(), "password": "short"})
    assert (called.status_code, called.json["error"]["field"]) == (400, "password")
    assert cast.guest().press(f"/reset/{token()}", password=NEW).status_code == 303


def test_whoever_could_follow_the_link_has_verified_the_address(cast: Cast, time: Clock) -> None:
    ask(cast.guest())
    cast.guest().press(f"/reset/{token()}", password=NEW)
    db.session.remove()
    assert db.session.scalars(select(Row.verified_at).where(Row.email == ANN)).one() == time.now()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(cast: Cast) -> None:
    known, unknown = ask(cast.guest()), ask(cast.guest(), EVE)
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(ANN, "") == unknown.text.replace(EVE, "")
    assert [(mail.address, mail.state) for mail in mails("reset")] == [(ANN, "pending"), ("", "failed")]
    calls = [cast.guest().post("/api/password/reset-request", json={"email": email}) for email in (ANN, EVE)]
    assert calls[0].status_code == calls[1].status_code
    assert calls[0].json == calls[1].json


def test_the_token_that_was_made_for_nobody_opens_nothing(cast: Cast) -> None:
    ask(cast.guest(), EVE)
    assert cast.guest().get(f"/reset/{token()}").status_code == 410


def test_an_unknown_address_costs_what_a_known_one_does(any_app: Flask, cast: Cast) -> None:
    """What takes the time are the database's statements: both ways send the same ones, and wake the same lane."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    ask(cast.guest("192.0.2.1"), "warm@limn.example")
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        asked = {}
        for email in (ANN, EVE):
            guest = cast.guest("192.0.2.9")
            form = {"csrf_token": guest._token(), "email": email}
            said.clear()
            assert guest.post("/forgot", data=form).status_code == 200
            asked[email] = list(said)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert asked[ANN] == asked[EVE]
    assert any("INSERT INTO mails" in statement for statement in asked[EVE])


def test_few_mails_go_to_one_address_and_nobody_learns_whose_it_is(cast: Cast, time: Clock) -> None:
    for email in (ANN, EVE):
        for number in range(5):
            time.forward(seconds=1)
            assert ask(cast.guest(f"203.0.{number}.1"), email).status_code == 200
        refused = ask(cast.guest("203.0.9.1"), email)
        assert (refused.status_code, "That was too often" in refused.text) == (429, True)
    assert ask(cast.guest(), "ben@limn.example").status_code == 200


def test_what_is_no_address_is_told(cast: Cast) -> None:
    for given in ("", "ann", "ann@"):
        assert ask(cast.guest(), given).status_code == 422
    assert mails("reset") == []


def test_the_page_behind_a_link_tells_no_other_site_and_stays_in_no_cache(cast: Cast) -> None:
    ask(cast.guest())
    answer = cast.guest().get(f"/reset/{token()}")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_mail_tells_that_the_password_was_changed(cast: Cast, time: Clock) -> None:
    ask(cast.guest())
    cast.guest().press(f"/reset/{token()}", password=NEW)
    [mail] = mails("password_changed")
    assert (mail.address, mail.facts) == (ANN, {"changed_at": "2026-11-20T12:00:00Z"})


def test_the_sign_in_page_leads_there(cast: Cast) -> None:
    assert 'href="/forgot"' in cast.guest().get("/login").text


def change(actor: Actor, old: str, new: str) -> Answer:
    return actor.press("/account/password", old_password=old, password=new)


def test_a_password_is_changed_and_only_this_browser_stays(cast: Cast) -> None:
    elsewhere = cast.guest()
    assert signs_in(elsewhere, PASSWORD)
    assert change(cast.ann, PASSWORD, NEW).status_code == 303
    assert (cast.ann.get("/api/me").status_code, elsewhere.get("/api/me").status_code) == (200, 401)
    assert (signs_in(cast.guest(), PASSWORD), signs_in(cast.guest(), NEW)) == (False, True)
    assert len(mails("password_changed")) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong password", NEW, "not your present password"),
        (PASSWORD, "short", "Choose a password of 8"),
        (PASSWORD, "", "A new password, please"),
    ],
)
def test_a_change_that_is_wrong_is_told_and_changes_nothing(cast: Cast, old: str, new: str, said: str) -> None:
    answer = change(cast.ann, old, new)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert signs_in(cast.guest(), PASSWORD)
    assert cast.ann.get("/api/me").status_code == 200
    assert mails("password_changed") == []


def test_guessing_the_present_password_is_throttled(cast: Cast) -> None:
    for _ in range(10):
        assert change(cast.ann, "wrong password", NEW).status_code == 422
    assert change(cast.ann, PASSWORD, NEW).status_code == 429
