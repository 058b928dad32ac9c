"""Somebody who is told: a real server on loopback, that answers as a test says."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from unittest.mock import patch

from standardwebhooks import Webhook

Reply = Callable[["Handler"], None]

LONGEST = 20  # seconds that a reply may go on
FLOOD = 5000  # pieces of 64 KB; nobody should read a hundredth of it


@dataclass
class Message:
    """What came."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def verified(self, secret: str, at: datetime) -> dict[str, Any]:
        """Its content, if the library says that it is signed with this secret and was fresh at that moment."""
        with patch("standardwebhooks.webhooks.datetime", wraps=datetime) as moment:
            moment.now.return_value = at
            return dict(Webhook(secret).verify(self.body, self.headers))


@dataclass
class Receiver:
    """`replies` are used up one by one; afterwards everything is welcome."""

    replies: list[Reply] = field(default_factory=list)
    got: list[Message] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.receiver = self  # type: ignore[attr-defined]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def answers(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    @property
    def receiver(self) -> Receiver:
        return cast(Receiver, self.server.receiver)  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.receiver.got.append(Message(self.path, dict(self.headers.items()), body))
        reply = self.receiver.replies.pop(0) if self.receiver.replies else says(200)
        with suppress(ConnectionError):  # the other side had enough
            reply(self)

    def log_message(self, *_: Any) -> None:
        """Tests read what came, not a log."""


def says(status: int, body: str = "", **headers: str) -> Reply:
    def reply(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body.encode())), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return reply


def hangs(handler: Handler) -> None:
    """Says nothing until the test is over."""
    handler.receiver.over.wait(LONGEST)


def trickles(handler: Handler) -> None:
    """One byte of a header after the other, without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.receiver.over.wait(0.05):
        handler.wfile.write(b"x")


def floods(handler: Handler) -> None:
    """Says 200 and then anything, without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    for _ in range(FLOOD):
        handler.wfile.write(b"blah" * 16384)


def stalls(handler: Handler) -> None:
    """Says 200, a little text, and then nothing."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nwell,")
    hangs(handler)


def breaks_off(handler: Handler) -> None:
    handler.close_connection = True


def speaks_no_http(handler: Handler) -> None:
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    handler.close_connection = True
