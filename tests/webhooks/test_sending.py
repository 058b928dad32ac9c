"""One POST: whatever answers it, it ends soon, and it goes nowhere but where it was meant to go."""

import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpcore
import pytest
from flask import Flask

from app.webhooks import addresses, sending
from app.webhooks.addresses import Unreachable
from tests.conftest import MakeApp
from tests.services import free_port
from tests.webhooks.receiver import (
    Receiver,
    Reply,
    breaks_off,
    floods,
    hangs,
    says,
    speaks_no_http,
    stalls,
    trickles,
)

SHORT = 0.6  # seconds, in place of fifteen
IN_TIME = 3.0  # seconds, on a machine with other work to do
HEADERS = {"webhook-id": "msg_1"}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WHOLE", SHORT)


def resolver(*answers: str) -> Callable[..., list[Any]]:
    """Answers names with these addresses, another at each question; addresses with themselves."""
    left = list(answers)
    real = socket.getaddrinfo

    def look_up(host: str, port: int | None, *args: Any, **kwargs: Any) -> list[Any]:
        if addresses.literal(host) is not None:
            return list(real(host, port, *args, **kwargs))
        found = left.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port or 0))]

    return look_up


def test_a_message_arrives_with_its_headers_and_nothing_of_ours_besides(app: Flask, receiver: Receiver) -> None:
    receiver.answers(says(202, "thanks"))
    answer = sending.send(receiver.url + "?a=b", HEADERS, '{"ü": 1}')
    assert (answer.status, answer.text, answer.retry_after) == (202, "thanks", None)
    [message] = receiver.got
    assert (message.path, message.body) == ("/hooks?a=b", '{"ü": 1}')
    assert {name.lower(): value for name, value in message.headers.items()} == {
        "host": f"127.0.0.1:{receiver.port}",
        "user-agent": "Limn-Webhooks/1",
        "content-type": "application/json",
        "content-length": "9",
        "connection": "close",
        "webhook-id": "msg_1",
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(app: Flask, receiver: Receiver, status: int) -> None:
    receiver.answers(says(status, Location=receiver.url + "/elsewhere", Set_Cookie="a=b"))
    assert sending.send(receiver.url, HEADERS, "{}").status == status
    assert len(receiver.got) == 1


def test_a_proxy_of_the_environment_is_not_asked(
    app: Flask, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert sending.send(receiver.url, HEADERS, "{}").status == 200


@pytest.mark.parametrize("reply", [hangs, trickles])
def test_whoever_does_not_answer_in_time_is_left(app: Flask, receiver: Receiver, hasty: None, reply: Reply) -> None:
    receiver.answers(reply)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="No answer within"):
        sending.send(receiver.url, HEADERS, "{}")
    assert time.monotonic() - began < IN_TIME


def test_of_an_endless_answer_the_beginning_is_read(app: Flask, receiver: Receiver) -> None:
    receiver.answers(floods)
    began = time.monotonic()
    answer = sending.send(receiver.url, HEADERS, "{}")
    assert time.monotonic() - began < IN_TIME
    assert (answer.status, answer.text) == (200, "blah" * (sending.READ // 4))


def test_an_answer_that_stalls_is_one_as_far_as_it_came(app: Flask, receiver: Receiver, hasty: None) -> None:
    receiver.answers(stalls)
    answer = sending.send(receiver.url, HEADERS, "{}")
    assert (answer.status, answer.text) == (200, "well,")


def test_text_that_no_database_keeps_is_made_one_that_it_does(app: Flask, receiver: Receiver) -> None:
    receiver.answers(says(200, "a\0b\udcff".encode("utf-8", "surrogatepass").decode("latin-1")))
    assert "\0" not in sending.send(receiver.url, HEADERS, "{}").text


@pytest.mark.parametrize(("reply", "said"), [(breaks_off, "HTTP|broke off"), (speaks_no_http, "does not speak HTTP")])
def test_what_is_no_answer_is_said_to_be_none(app: Flask, receiver: Receiver, reply: Reply, said: str) -> None:
    receiver.answers(reply)
    with pytest.raises(Unreachable, match=said):
        sending.send(receiver.url, HEADERS, "{}")


def test_a_closed_door_is_said_to_be_one(app: Flask) -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 takes no connections"):
        sending.send(f"http://127.0.0.1:{free_port()}/", HEADERS, "{}")


@pytest.mark.parametrize(("asked", "seconds"), [("120", 120), ("soon", None), ("-1", None), ("9" * 40, None)])
def test_a_wish_to_be_left_alone_is_heard(app: Flask, receiver: Receiver, asked: str, seconds: int | None) -> None:
    receiver.answers(says(503, Retry_After=asked))
    assert sending.send(receiver.url, HEADERS, "{}").retry_after == seconds


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(
    app: Flask, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver("127.0.0.1"))
    assert sending.send(f"http://hooks.example:{receiver.port}/x", HEADERS, "{}").status == 200
    assert receiver.got[0].headers["Host"] == f"hooks.example:{receiver.port}"


def test_a_name_that_changes_between_check_and_connection_leads_nowhere_private(
    make_app: MakeApp, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: open when asked first, loopback when asked again."""
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> None:
        connected.append(address)
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", resolver("8.8.8.8", "127.0.0.1"))
    monkeypatch.setattr(socket, "create_connection", connect)
    with make_app().app_context(), pytest.raises(Unreachable):
        sending.send(f"http://rebound.example:{receiver.port}/", HEADERS, "{}")
    assert connected == [("8.8.8.8", receiver.port)]
    assert receiver.got == []


def test_a_name_that_is_loopback_is_not_connected_to(
    make_app: MakeApp, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver("127.0.0.1"))
    with make_app().app_context(), pytest.raises(Unreachable, match="private address"):
        sending.send(f"http://inside.example:{receiver.port}/", HEADERS, "{}")
    assert receiver.got == []


def test_of_several_addresses_the_first_that_answers_is_taken(
    app: Flask, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "public", lambda _: ["127.0.0.2", "127.0.0.1"])  # the receiver is at one of them
    assert sending.send(f"http://both.example:{receiver.port}/", HEADERS, "{}").status == 200


def test_a_dead_address_leaves_time_for_the_next(
    app: Flask, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = socket.create_connection

    def slowly(address: tuple[str, int], timeout: float, **options: Any) -> socket.socket:
        if address[0] == "127.0.0.1":
            return connect(address, timeout, **options)
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(sending, "CONNECT", 0.4)
    monkeypatch.setattr(socket, "create_connection", slowly)
    monkeypatch.setattr(addresses, "public", lambda _: ["192.0.2.1", "127.0.0.1"])
    assert sending.send(f"http://both.example:{receiver.port}/", HEADERS, "{}").status == 200
    monkeypatch.setattr(addresses, "public", lambda _: ["192.0.2.1"] * 200)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="No connection within"):
        sending.send(f"http://dead.example:{receiver.port}/", HEADERS, "{}")
    assert time.monotonic() - began < IN_TIME


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For hooks.example, signed by itself; with its key."""
    path = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(path), "-out", f"{path}.crt", "-subj", "/CN=hooks.example", "-days", "2"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:hooks.example"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def secure(receiver: Receiver, certificate: Path) -> Receiver:
    """A receiver behind TLS."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    receiver.server.socket = server.wrap_socket(receiver.server.socket, server_side=True)
    return receiver


def test_under_tls_the_certificate_is_one_of_the_name(
    app: Flask, secure: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "trusted", lambda: ssl.create_default_context(cafile=str(certificate)))
    monkeypatch.setattr(socket, "getaddrinfo", resolver("127.0.0.1", "127.0.0.1"))
    assert sending.send(f"https://hooks.example:{secure.port}/", HEADERS, "{}").status == 200
    with pytest.raises(Unreachable, match=r"certificate does not prove that it is other\.example"):
        sending.send(f"https://other.example:{secure.port}/", HEADERS, "{}")
    assert len(secure.got) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_enough(
    app: Flask, secure: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver("127.0.0.1"))
    with pytest.raises(Unreachable, match="certificate does not prove"):
        sending.send(f"https://hooks.example:{secure.port}/", HEADERS, "{}")
    assert secure.got == []


def test_tls_that_never_shakes_hands_is_left_in_time(app: Flask, hasty: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"No (connection|answer) within"):
            sending.send(f"https://127.0.0.1:{mute.getsockname()[1]}/", HEADERS, "{}")
    assert time.monotonic() - began < IN_TIME


def test_what_is_said_of_a_failure_is_short(app: Flask) -> None:
    error = httpcore.ConnectError("x" * 5000)
    assert len(sending._broken(error, "a" * 253 + ".example")) <= 300
