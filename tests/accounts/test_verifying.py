"""What is free comes once for a box, and where mail is set up, when its address is verified."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import people, resetting, verifying
from app.accounts.models import Person as Row
from app.billing.standing import welcome
from app.credits import statement
from app.extensions import db
from app.mail.models import Mail
from tests.cast import PASSWORD, Cast, Person
from tests.conftest import Clock, MakeApp


@pytest.fixture(params=["sqlite", "postgresql"])
def mailing(request: pytest.FixtureRequest, make_app: MakeApp) -> Iterator[Flask]:
    """A site with a mail server, which no test here asks."""
    database = {"DATABASE_URL": request.getfixturevalue("migrated_postgres")} if request.param == "postgresql" else {}
    made = make_app(MAIL_URL="smtp://127.0.0.1:9", PUBLIC_URL="https://limn.example", **database)
    with made.app_context():
        yield made


def token_for(email: str) -> str:
    db.session.remove()
    newest = select(Mail).where(Mail.kind == "verify", Mail.address == email).order_by(Mail.id.desc())
    mail = db.session.scalars(newest).first()
    assert mail is not None
    return str(mail.facts["link_token"])


def verify(person: Person, time: Clock) -> None:
    assert verifying.verify(token_for(person.email), time.now())
    db.session.remove()


def test_whoever_registers_is_asked_whether_the_address_is_theirs(any_app: Flask, time: Clock) -> None:
    ann = Cast(any_app).ann
    assert verifying.address_of(token_for("ann@limn.example"), time.now()) == "ann@limn.example"
    assert db.session.scalars(select(Mail.person_id)).all() == [ann.id]


def test_a_registration_that_fails_sends_nothing(cast: Cast) -> None:
    assert cast.ann.credits == 100
    cast.guest().post("/api/register", json={"email": "ann@limn.example", "password": PASSWORD})
    assert len(db.session.scalars(select(Mail)).all()) == 1


def test_without_mail_everybody_counts_as_verified(cast: Cast) -> None:
    assert cast.ann.credits == 100


def test_where_mail_is_set_up_free_credits_wait_for_the_address(mailing: Flask, time: Clock) -> None:
    ann = Cast(mailing).ann
    time.forward(days=1)
    assert ann.credits == 0
    verify(ann, time)
    assert ann.credits == 140
    assert ann.credits == 140


def test_verifying_on_the_day_of_the_registration_brings_the_months_credits(mailing: Flask, time: Clock) -> None:
    ann = Cast(mailing).ann
    assert ann.credits == 0
    verify(ann, time)
    assert ann.credits == 100


def test_a_plan_that_is_given_waits_for_nothing(mailing: Flask, time: Clock) -> None:
    assert Cast(mailing).pia.credits == 5000


def test_a_link_works_for_three_days_and_again_changes_nothing(mailing: Flask, time: Clock) -> None:
    ann = Cast(mailing).ann
    token = token_for(ann.email)
    time.forward(days=2, hours=23)
    assert verifying.verify(token, time.now())
    first = db.session.scalars(select(Row.verified_at)).one()
    time.forward(minutes=59)
    assert verifying.verify(token, time.now())
    db.session.remove()
    assert db.session.scalars(select(Row.verified_at)).one() == first
    time.forward(minutes=2)
    assert not verifying.verify(token, time.now())


@pytest.mark.parametrize("token", ["", "x", "W10.abc", "WzFd." * 50])
def test_what_we_did_not_sign_proves_nothing(mailing: Flask, time: Clock, token: str) -> None:
    assert Cast(mailing).ann.credits == 0
    assert not verifying.verify(token, time.now())
    assert verifying.address_of(token, time.now()) is None
    assert verifying.address_of(token_for("ann@limn.example")[:-1], time.now()) is None


def test_a_link_for_one_purpose_serves_no_other(mailing: Flask, time: Clock) -> None:
    assert Cast(mailing).ann.credits == 0
    assert resetting.person_of(token_for("ann@limn.example"), time.now()) is None


def test_a_second_account_of_the_same_box_brings_nothing_free(any_app: Flask, time: Clock) -> None:
    first, second, other = (
        Person(any_app, email) for email in ("a.nn@gmail.com", "ann+two@googlemail.com", "ben@gmail.com")
    )
    assert (first.credits, second.credits, other.credits) == (100, 0, 100)
    time.forward(days=1)
    assert (second.credits, first.credits, other.credits) == (40, 100, 140)  # whoever comes first that day
    time.forward(days=11)
    assert sorted((second.credits, first.credits)) == [0, 140]


def test_two_accounts_of_a_box_that_come_at_once_get_it_once(any_app: Flask, time: Clock) -> None:
    rows = [people.register(email, PASSWORD, time.now()) for email in ("ann@limn.example", "ann+two@limn.example")]
    start, failed = threading.Barrier(2), []

    def come(row: Row) -> None:
        with any_app.app_context():
            start.wait()
            try:
                welcome(row, time.now())
            except Exception as error:  # noqa: BLE001  (whatever it is, the test says it)
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=come, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.remove()
    assert failed == []
    assert sorted(statement.balance(row.id, time.now()) for row in rows) == [0, 100]


def test_an_account_from_before_canonical_addresses_counts_too(any_app: Flask, time: Clock) -> None:
    ann = Person(any_app, "ann@limn.example")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET canonical_email = NULL")
    assert (ann.credits, Person(any_app, "ann+two@limn.example").credits) == (100, 0)


def test_a_plan_that_is_given_to_two_accounts_of_a_box_brings_its_credits_to_both(any_app: Flask, time: Clock) -> None:
    first, second = (Person(any_app, email) for email in ("ann@limn.example", "ann+two@limn.example"))
    for person in (first, second):
        person.moves_to("pro")
    assert (first.credits, second.credits) == (5100, 5000)
