"""The second opinion: another service's word, where the operator asks for one."""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.moderation import second
from tests.cast import Cast
from tests.conftest import Clock, MakeApp
from tests.services import free_port


class Service:
    """OpenAI's moderation endpoint, as far as it matters, on loopback."""

    def __init__(self) -> None:
        self.flags: list[str] = []
        self.body: bytes | None = None
        self.asked: list[tuple[str, str | None, dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append((self.path, self.headers["Authorization"], question))
                self.send_response(200)
                self.end_headers()
                categories = dict.fromkeys(service.flags, True)
                told = {"results": [{"flagged": bool(categories), "categories": categories}]}
                self.wfile.write(service.body if service.body is not None else json.dumps(told).encode())

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(5)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("sexual", "sexual"),
        ("sexual/minors", "sexual"),
        ("hate/threatening", "hate"),
        ("illicit", "illegal"),
        ("self-harm/intent", "violence"),
        ("violence/graphic", "violence"),
        ("violence", None),
        ("something new", None),
    ],
)
def test_its_categories_become_ours(service: Service, theirs: str, ours: str | None) -> None:
    service.flags = [theirs]
    assert second.ask("a fox", service.url, "sesame") == ours
    assert service.asked == [
        ("/v1/moderations", "Bearer sesame", {"model": "omni-moderation-latest", "input": "a fox"})
    ]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"results": []}', b'{"results": [7]}', b"[]"])
def test_an_answer_that_is_none_is_told_in_the_log_alone(
    service: Service, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    service.body = body
    with caplog.at_level(logging.WARNING):
        assert second.ask("a fox", service.url, "") is None
    assert "the built-in policy decided alone" in caplog.text


def test_a_site_that_asks_for_it_refuses_what_it_flags(make_app: MakeApp, time: Clock, service: Service) -> None:
    app = make_app(MODERATION_URL=service.url, MODERATION_API_KEY="sesame")
    with app.app_context():
        ann = Cast(app).ann
        assert ann.generate("a fox").status_code == 200
        service.flags = ["hate"]
        assert ann.generate("another fox").json["error"]["category"] == "hate"


def test_what_our_own_policy_refuses_is_not_sent_there(make_app: MakeApp, time: Clock, service: Service) -> None:
    app = make_app(MODERATION_URL=service.url)
    with app.app_context():
        assert Cast(app).ann.generate("Pikachu").status_code == 400
    assert service.asked == []


def test_a_service_that_is_down_stops_nobody(make_app: MakeApp, time: Clock, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(MODERATION_URL=f"http://127.0.0.1:{free_port()}/v1")
    with app.app_context():
        assert Cast(app).ann.generate("a fox").status_code == 200
    assert "no second opinion" in caplog.text
