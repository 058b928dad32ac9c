"""The test checkout's API behind a real address on loopback, for Stripe's library. It keeps every request."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from app import clock
from app.extensions import db
from app.till.api import answer
from app.till.form import decode


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]  # their names in lower case
    form: dict[str, Any]


@dataclass
class TillServer:
    url: str
    app: Flask | None = None  # whose till it is
    requests: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        self.requests.append(asked)
        assert self.app is not None, "say whose till it is first"
        with self.app.app_context():
            try:
                key = asked.headers.get("idempotency-key")
                return answer(asked.method, asked.path, asked.form, key, clock.now())
            finally:
                db.session.remove()


@contextmanager
def serving() -> Iterator[TillServer]:
    """A server that runs until the end of the block. Its `app` has to be set before the first request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

        def do_DELETE(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._answer(body or urlsplit(self.path).query)

        def _answer(self, form: str) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = till.answer(Asked(self.command, urlsplit(self.path).path, headers, decode(form)))
            written = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: object) -> None:
            """Tests read the requests instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    till = TillServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield till
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
