"""A proxy between a client and a site, on which things go wrong as a test wants them."""

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import httpx

HOP = ("connection", "content-length", "transfer-encoding", "content-encoding", "host", "date", "server")

CUT = "cut"  # the connection breaks before the site hears of it
LOSE = "lose"  # the site does it, and the answer gets lost
BUSY = "busy"  # somebody on the way says 503
HOLD = "hold"  # the site does it, and the answer never comes


class Faulty:
    """`faults` befall the POSTs that come, one each; then all goes well. `posts` are the keys they carried."""

    def __init__(self, site: str) -> None:
        self.faults: deque[str] = deque()
        self.posts: list[str] = []
        self.held = threading.Event()
        self._released = threading.Event()
        self._upstream = httpx.Client(base_url=site, timeout=60)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._upstream.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.pass_on(self)

            def do_POST(self) -> None:
                proxy.post(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
                """Nobody reads it."""

        return Handler

    def post(self, request: BaseHTTPRequestHandler) -> None:
        self.posts.append(request.headers.get("Idempotency-Key", ""))
        fault = self.faults.popleft() if self.faults else ""
        request.close_connection = bool(fault)
        if fault == CUT:
            return
        if fault == BUSY:
            request.rfile.read(int(request.headers.get("Content-Length", 0)))
            request.send_response(503)
            request.send_header("Retry-After", "0")
            request.end_headers()
            request.wfile.write(b"<html>busy</html>")
            return
        self.pass_on(request, fault)

    def pass_on(self, request: BaseHTTPRequestHandler, fault: str = "") -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        answer = self._upstream.request(request.command, request.path, headers=headers, content=body)
        if fault == HOLD:
            self.held.set()
            self._released.wait(60)
        if fault:
            return
        request.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in HOP:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.content)))
        request.end_headers()
        request.wfile.write(answer.content)
