"""Verifying an address, as people do it: a link, a page, a button."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person as Row
from app.billing.plans import ITEMS
from app.extensions import db
from app.mail.models import Mail
from app.payments import checkout
from tests.cast import Actor, Cast, Person
from tests.conftest import Clock, MakeApp

NOTICE = "Confirm your address: free credits and the free trial wait for it."


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    """A site where mail is set up."""
    made = make_app(MAIL_URL="smtp://127.0.0.1:9", PUBLIC_URL="https://limn.example")
    with made.app_context():
        yield made


def links(email: str = "ann@limn.example") -> list[str]:
    db.session.remove()
    mails = db.session.scalars(select(Mail).where(Mail.address == email, Mail.kind == "verify").order_by(Mail.id))
    return [f"/verify/{mail.facts['link_token']}" for mail in mails]


def is_verified(email: str = "ann@limn.example") -> bool:
    db.session.remove()
    return db.session.scalars(select(Row.verified_at).where(Row.email == email)).one() is not None


@pytest.fixture
def ann(cast: Cast) -> Person:
    assert cast.ann.credits == 0
    return cast.ann


def test_free_credits_come_with_the_press_of_a_button(ann: Person) -> None:
    [link] = links()
    page = ann.get(link)
    assert (page.status_code, "ann@limn.example" in page.text) == (200, True)
    answer = ann.press(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/generate")
    assert ann.credits == 100
    assert "Your address is confirmed." in ann.get("/generate").text


def test_looking_at_a_link_changes_nothing(ann: Person) -> None:
    """Guards of mail boxes open every link."""
    for _ in range(3):
        ann.get(links()[0])
        ann.ask("head", links()[0])
    assert not is_verified()


def test_it_works_without_being_signed_in(ann: Person, cast: Cast) -> None:
    assert cast.guest().press(links()[0]).status_code == 303
    assert is_verified()


def test_somebody_else_who_presses_verifies_the_links_address_and_not_their_own(ann: Person, cast: Cast) -> None:
    cast.ben.press(links()[0])
    assert (is_verified(), is_verified("ben@limn.example")) == (True, False)


def test_an_old_link_says_so_and_offers_a_new_one(ann: Person, cast: Cast, time: Clock) -> None:
    [link] = links()
    time.forward(days=3)
    for actor, way_on in ((ann, "Send a new one"), (cast.guest(), "Sign in for a new one")):
        for answer in (actor.get(link), actor.press(link)):
            assert answer.status_code == 410
            assert "This link is too old" in answer.text
            assert way_on in answer.text
    assert not is_verified()


@pytest.mark.parametrize("page", ["/account", "/generate", "/pricing"])
def test_pages_say_that_credits_wait_until_they_do_not(ann: Person, page: str) -> None:
    assert NOTICE in ann.get(page).text
    ann.press(links()[0])
    assert NOTICE not in ann.get(page).text


def test_the_trial_waits_too(ann: Person) -> None:
    pro = ITEMS["pro-month"]
    assert not checkout.has_trial(ann.id, pro)
    ann.press(links()[0])
    assert checkout.has_trial(ann.id, pro)


def test_guests_and_people_on_a_plan_wait_for_nothing(cast: Cast) -> None:
    assert NOTICE not in cast.guest().get("/generate").text


def test_the_link_is_sent_again_and_not_too_often(ann: Person, cast: Cast, time: Clock) -> None:
    for number in range(5):
        time.forward(seconds=1)
        assert ann.press("/account/verification").headers["Location"] == "/account"
        assert len(links()) == number + 2
    assert ann.press("/account/verification").status_code == 429
    assert cast.ben.press("/account/verification").status_code == 303
    assert ann.press(links()[-1]).status_code == 303


def test_a_verified_address_is_asked_no_more(ann: Person) -> None:
    ann.press(links()[0])
    ann.press("/account/verification")
    assert len(links()) == 1
    assert "confirmed already" in ann.get("/account").text


def test_a_page_behind_a_link_tells_no_other_site_and_stays_in_no_cache(ann: Person, cast: Cast) -> None:
    answer = cast.guest().get(links()[0])
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_its_form_works_under_https_where_forms_are_held_to_their_referrer(ann: Person, cast: Cast) -> None:
    guest, [link] = cast.guest(), links()
    here = {"base_url": "https://limn.example"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', guest.get(link, **here).text)
    assert token
    sent = guest.post(link, data={"csrf_token": token[1]}, headers={"Referer": f"https://limn.example{link}"}, **here)
    assert sent.status_code == 303


def test_an_error_behind_a_link_tells_the_log_nothing_that_opens(
    ann: Person, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    [link] = links()
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.view_functions, "verify.show", lambda token: 1 / len(token[:0]))
    assert Actor(app).get(link).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert link.removeprefix("/verify/") not in caplog.text


def test_a_second_account_of_a_box_is_told_why_it_has_no_credits(cast: Cast, ann: Person) -> None:
    other = Person(cast.app, "ann+two@limn.example")
    assert "another account has this one too" in other.get("/account").text
    assert "another account has this one too" not in ann.get("/account").text
