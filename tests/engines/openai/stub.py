"""An endpoint on loopback that does what a test says: it paints, refuses, breaks off, hangs, or talks nonsense."""

import json
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, Thread
from typing import Any

from PIL import Image
from werkzeug.formparser import parse_form_data

PATIENCE = 20  # seconds that a hanging endpoint waits for its caller to go away


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    fields: dict[str, Any]
    files: dict[str, bytes]


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def _serve(self) -> None:
        stub, body = self.server.stub, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path, dict(self.headers), *_read(self.headers["Content-Type"], body))
        stub.asked.append(asked)
        refused = next((name for name in stub.refuses if name in asked.fields), None)
        if refused:
            error(400, "unknown_parameter", param=refused)(self)
        else:
            (stub.replies.popleft() if stub.replies else pictures(picture()))(self)

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    stub: "Stub"


Reply = Callable[[Handler], None]


class Stub:
    """`replies` are done one after the other, and then it paints. `asked` is what came; `left` that a caller went."""

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque()
        self.refuses: set[str] = set()  # parameters
        self.asked: list[Asked] = []
        self.left, self.go_on = Event(), Event()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.stub = self
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self.root}/v1"

    def does(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def clear(self) -> None:
        self.replies.clear()
        self.refuses.clear()
        self.asked.clear()
        self.left.clear()
        self.go_on.clear()

    def slowly(self, first: bytes, then: bytes) -> "Reply":
        """Events, the second lot of them when a test says `go_on`."""

        def reply(handler: Handler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.send_header("Content-Length", str(len(first) + len(then)))
            handler.end_headers()
            handler.wfile.write(first)
            self.go_on.wait(PATIENCE)
            handler.wfile.write(then)

        return reply

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def picture(size: tuple[int, int] = (64, 64), colour: str | tuple[int, ...] = "teal", kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGBA" if len(colour) == 4 and not isinstance(colour, str) else "RGB", size, colour).save(out, kind)
    return out.getvalue()


def pictures(*files: bytes) -> Reply:
    return data(*({"b64_json": b64encode(file).decode()} for file in files))


def data(*entries: Mapping[str, object]) -> Reply:
    return body(json.dumps({"created": 1, "data": entries}).encode())


def body(content: bytes, status: int = 200, **headers: str) -> Reply:
    return lambda handler: handler.say(status, content, **headers)


def error(status: int, code: str = "", message: str = "No.", **facts: Any) -> Reply:
    told = {"message": message, "type": "some_error", "param": None, "code": code or None, **facts}
    return body(json.dumps({"error": told}).encode(), status)


def busy(after: str, status: int = 429) -> Reply:
    return body(b"{}", status, Retry_After=after)


def half(handler: Handler) -> None:
    """The connection breaks off in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"created": 1, "data": [{"b64_json": "')
    handler.close_connection = True


def hang(handler: Handler) -> None:
    """No answer, until the caller has gone."""
    handler.connection.settimeout(PATIENCE)
    if handler.connection.recv(1) == b"":
        handler.server.stub.left.set()
    handler.close_connection = True


def _read(kind: str | None, content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    if not content or kind is None:
        return {}, {}
    if kind == "application/json":
        return json.loads(content), {}
    given = {"wsgi.input": BytesIO(content), "CONTENT_LENGTH": str(len(content)), "CONTENT_TYPE": kind}
    _, form, files = parse_form_data({**given, "REQUEST_METHOD": "POST"})
    return form.to_dict(), {name: _closed(file.stream.read(), file) for name, file in files.items()}


def _closed(read: bytes, file: Any) -> bytes:
    file.close()
    return read
