"""The operator's commands for mail."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.extensions import transaction
from app.mail import delivering, outbox
from tests.cast import Cast
from tests.conftest import Clock, MakeApp
from tests.mail.server import MailServer
from tests.services import free_port
from tests.test_cli import run


@pytest.fixture
def server() -> Iterator[MailServer]:
    opened = MailServer()
    yield opened
    opened.close()


def with_mail(make_app: MakeApp, url: str) -> Flask:
    return make_app(MAIL_URL=url, PUBLIC_URL="https://limn.example")


def test_a_mail_is_sent_to_see_whether_it_arrives(make_app: MakeApp, server: MailServer) -> None:
    done = run(with_mail(make_app, server.url), "mail", "test", "ann@limn.example")
    assert (done.exit_code, "The mail server took it." in done.output) == (0, True)
    assert [came.message["Subject"] for came in server.got] == ["Mail from limn arrives"]


def test_what_the_server_says_is_told(make_app: MakeApp, server: MailServer) -> None:
    server.to_recipients.append("550 no such user here")
    done = run(with_mail(make_app, server.url), "mail", "test", "ann@limn.example")
    assert (done.exit_code, "550 no such user here" in done.output) == (1, True)


def test_a_server_that_is_not_there_is_told(make_app: MakeApp) -> None:
    port = free_port()
    done = run(with_mail(make_app, f"smtp://127.0.0.1:{port}"), "mail", "test", "ann@limn.example")
    assert (done.exit_code, f"127.0.0.1:{port}" in done.output) == (1, True)


def test_without_a_server_it_says_that_nothing_went_out(app: Flask) -> None:
    done = run(app, "mail", "test", "ann@limn.example")
    assert (done.exit_code, "There is no MAIL_URL" in done.output) == (0, True)


def test_the_last_mails_are_listed_and_what_became_of_them(cast: Cast, time: Clock) -> None:
    assert cast.ann.credits == 100
    with transaction() as tx:
        outbox.write(tx, "plan_ended", "one", "ann@limn.example", time.now(), plan="Pro")
        outbox.write(tx, "reset", "one", "eve@limn.example", time.now(), nobody=True, link_token="abc")
    delivering.deliver_next()
    assert run(cast.app, "mail", "list").output.splitlines() == [
        "2026-11-20 12:00  plan_ended  ann@limn.example  pending",
        "2026-11-20 12:00  verify  ann@limn.example  sent",
    ]
    assert len(run(cast.app, "mail", "list", "--last", "1").output.splitlines()) == 1
