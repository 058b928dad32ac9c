"""Handing a mail to a real mail server: plain, encrypted, signed in, and whatever such servers say."""

import logging
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from app.mail import sending
from app.mail.message import message
from app.mail.sending import NotSent, Refused, Server, send
from tests.conftest import MakeApp
from tests.mail.conftest import HOME, OpenServer
from tests.mail.letters import PLAIN
from tests.mail.server import PASSWORD, USER, MailServer, cuts, hangs, says, trickles
from tests.mail.test_wording import mail
from tests.services import free_port


def letter(address: str = "ann@limn.example") -> EmailMessage:
    return message(mail(PLAIN[3], address=address))


def with_password(url: str, password: str = PASSWORD) -> str:
    return url.replace("://", f"://{USER}:{quote(password, safe='')}@")


def send_from(make_app: MakeApp, url: str, made: EmailMessage | None = None) -> None:
    with make_app(MAIL_URL=url, PUBLIC_URL=HOME).app_context():
        send(made or letter())


def test_a_mail_arrives_as_it_was_written(app: Flask, server: MailServer) -> None:
    send(letter())
    [came] = server.got
    assert (came.sender, came.recipients) == ("limn@limn.example", ["ann@limn.example"])
    assert came.id == letter()["Message-ID"]
    assert came.message["Subject"] == "Receipt: Pro, a month, $14.99"
    assert came.text.splitlines()[0] == "Thank you. This is your receipt."
    assert [part.get_content_type() for part in came.message.iter_parts()] == ["text/plain", "text/html"]
    assert (came.encrypted, came.user) == (False, False)


def test_it_is_encrypted_where_the_server_can(make_app: MakeApp, open_server: OpenServer, tls: ssl.SSLContext) -> None:
    server = open_server(starttls=tls)
    send_from(make_app, server.url)
    assert [came.encrypted for came in server.got] == [True]


def test_it_is_encrypted_from_the_first_byte(make_app: MakeApp, open_server: OpenServer, tls: ssl.SSLContext) -> None:
    server = open_server(tls=tls)
    assert server.url.startswith("smtps://")
    send_from(make_app, server.url)
    assert [came.encrypted for came in server.got] == [True]


def test_a_password_is_given_over_an_encrypted_line(
    make_app: MakeApp, open_server: OpenServer, tls: ssl.SSLContext
) -> None:
    server = open_server(starttls=tls, asks_who=True)
    send_from(make_app, with_password(server.url))
    assert [(came.encrypted, came.user) for came in server.got] == [(True, True)]


def test_a_wrong_password_can_be_mended(make_app: MakeApp, open_server: OpenServer, tls: ssl.SSLContext) -> None:
    server = open_server(starttls=tls, asks_who=True)
    with pytest.raises(NotSent, match="535") as failed:
        send_from(make_app, with_password(server.url, "another"))
    assert not isinstance(failed.value, Refused)
    assert "another" not in str(failed.value)


class Elsewhere:
    """Stands for servers on other machines, which the tests do not have."""

    @staticmethod
    def here(_server: Server) -> bool:
        return False


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "here", property(Elsewhere.here))


@pytest.mark.usefixtures("elsewhere")
def test_a_password_goes_over_no_open_line(make_app: MakeApp, server: MailServer) -> None:
    with pytest.raises(NotSent, match="goes over no open line"):
        send_from(make_app, with_password(server.url))
    assert server.got == []


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("kind", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    make_app: MakeApp, open_server: OpenServer, tls: ssl.SSLContext, kind: str
) -> None:
    server = open_server(**{kind: tls})
    with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
        send_from(make_app, server.url)
    assert server.got == []


@pytest.mark.usefixtures("elsewhere")
def test_a_certificate_that_the_system_trusts_is_believed(
    make_app: MakeApp,
    open_server: OpenServer,
    tls: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = open_server(starttls=tls)
    send_from(make_app, server.url)
    assert [came.encrypted for came in server.got] == [True]


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.168.1.1", False), ("mail.example", False)],
)
def test_what_is_on_this_machine_is_known(host: str, here: bool) -> None:
    assert Server(host, 25, "", "", tls=False).here == here


def test_a_refused_recipient_is_final(app: Flask, server: MailServer) -> None:
    server.to_recipients.append("550 no such user here")
    with pytest.raises(Refused, match="550 no such user here"):
        send(letter())


def test_a_refused_message_is_final(app: Flask, server: MailServer) -> None:
    server.to_data.append(says("554 we do not want this"))
    with pytest.raises(Refused, match="554 we do not want this"):
        send(letter())


@pytest.mark.parametrize("answer", ["450 mailbox busy", "421 too many connections"])
def test_what_is_refused_for_now_may_be_taken_later(app: Flask, server: MailServer, answer: str) -> None:
    server.to_recipients.append(answer)
    server.to_data.append(says(answer))
    for _ in range(2):
        with pytest.raises(NotSent, match=answer) as failed:
            send(letter())
        assert not isinstance(failed.value, Refused)
    send(letter())
    assert [came.id for came in server.got] == [letter()["Message-ID"]] * 2


def test_a_server_that_hangs_is_left(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STEP", 0.5)
    server.to_data.append(hangs)
    with pytest.raises(NotSent, match="timed out"):
        send(letter())


def test_a_server_that_keeps_talking_is_left(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WHOLE", 0.5)
    server.to_data.append(trickles)
    with pytest.raises(NotSent, match="closed"):
        send(letter())


def test_a_server_that_keeps_talking_in_secret_is_left(
    make_app: MakeApp, open_server: OpenServer, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WHOLE", 0.5)
    server = open_server(starttls=tls, to_data=[trickles])
    with pytest.raises(NotSent, match=r"closed|EOF"):
        send_from(make_app, server.url)


def test_a_server_that_hangs_up_may_have_it_or_not(app: Flask, server: MailServer) -> None:
    server.to_data.append(cuts)
    with pytest.raises(NotSent, match="closed"):
        send(letter())


def test_nobody_home_is_told_with_the_address(make_app: MakeApp) -> None:
    port = free_port()
    with pytest.raises(NotSent, match=f"127.0.0.1:{port}: .*refused"):
        send_from(make_app, f"smtp://127.0.0.1:{port}")


def test_a_domain_in_other_letters_is_written_as_every_server_reads_it(app: Flask, server: MailServer) -> None:
    send(letter("ann@bücher.example"))
    [came] = server.got
    assert came.recipients == [came.message["To"]] == ["ann@xn--bcher-kva.example"]


def test_a_name_that_the_server_cannot_read_is_final(app: Flask, server: MailServer) -> None:
    with pytest.raises(Refused, match="no addresses with such letters"):
        send(letter("änn@limn.example"))


def test_without_a_server_it_is_written_to_the_log(make_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    with make_app().app_context(), caplog.at_level(logging.INFO):
        send(message(mail(PLAIN[0])))
    assert "no MAIL_URL: this would be sent" in caplog.text
    assert f"{HOME}/verify/" in caplog.text
    assert "To: ann@limn.example" in caplog.text
    assert "<html" not in caplog.text
