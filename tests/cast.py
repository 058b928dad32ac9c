"""The cast: people with roles, who use Limn through its front door.

Ann has an account and is who most tests are about. Ben has one too and is the outsider. Pia is on Pro.
Guests have no account; each comes with a browser of their own.
"""

from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, Protocol, cast

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage, Headers
from werkzeug.test import encode_multipart

from app import clock
from app.accounts import people
from app.engines.protocol import OnProgress, Painted, Painting, PaintRequest, Sitting, Tint
from app.extensions import db
from app.imaging.sandbox import Sandbox
from app.jobs import lifecycle, runner
from app.jobs.runner import Hands
from tests import contract

SANDBOX = Sandbox()  # starts at its first call
PASSWORD = "correct horse battery"


def png(width: int = 40, height: int = 30, colour: str = "teal") -> bytes:
    """A plain picture, as a file."""
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


class Answer(Protocol):
    """What came back: werkzeug's test response, as the tests use it."""

    status_code: int
    headers: Headers
    mimetype: str | None
    text: str
    data: bytes
    json: Any


def in_the_making(actor: "Actor", *looks: bytes, lane: str = "illustrator", progress: int = 40) -> str:
    """The id of a job of theirs that is just being painted, with a preview of each of its pictures."""
    job_id = actor.starts(count=max(1, len(looks)), model=lane)
    db.session.remove()
    claim = lifecycle.claim(lane, clock.now())
    assert claim is not None
    assert lifecycle.beat(claim, progress, clock.now(), looks or [png()])
    return job_id


class Actor:
    """Somebody with a browser."""

    def __init__(self, app: Flask, address: str = "198.51.100.7") -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()
        self.browser.environ_base["REMOTE_ADDR"] = address

    def get(self, path: str, **options: Any) -> Answer:
        return self.ask("get", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.ask("post", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> Answer:
        """In a context of its own, as at a real server: the test's open app context must not leak into requests."""
        answer = cast(Answer, Context().run(getattr(self.browser, method), path, buffered=True, **options))
        contract.hold(self.app, method.upper(), path, answer)
        return answer

    def generate(self, prompt: str = "a red fox", **options: Any) -> Answer:
        return self.post("/api/generate", json={"prompt": prompt, **options})

    def starts(self, prompt: str = "a red fox", **options: Any) -> str:
        """The id of a job that was accepted."""
        answer = self.generate(prompt, **options)
        assert answer.status_code == 200, answer.text
        return str(answer.json["job_id"])

    def sends(
        self,
        tool: str,
        picture: bytes | None = None,
        name: str = "photo.png",
        **options: Any,
    ) -> Answer:
        """To a tool's endpoint, as a program would. Further files among the options are (bytes, name)."""
        headers = options.pop("headers", {})
        files = {key: value for key, value in options.items() if isinstance(value, tuple)}
        if picture is not None:
            files["image"] = (picture, name)
        fields = options | {key: FileStorage(BytesIO(data), called) for key, (data, called) in files.items()}
        boundary, body = encode_multipart(fields)  # in memory: the client would leave its temporary file open
        kind = f"multipart/form-data; boundary={boundary}"
        return self.post(f"/api/{tool}", data=body, content_type=kind, headers=headers)

    def uses(self, tool: str, picture: bytes | None = None, name: str = "photo.png", **options: Any) -> str:
        """The id of a tool's job that was accepted."""
        answer = self.sends(tool, picture, name, **options)
        assert answer.status_code == 202, answer.text
        return str(answer.json["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        return dict(self.get(f"/api/job/{job_id}").json)

    def press(self, path: str, **fields: Any) -> Answer:
        """Send a form as a page would, with its token."""
        return self.post(path, data={"csrf_token": self._token(), **fields})

    def _token(self) -> str:
        page = self.get("/login").text if not isinstance(self, Person) else self.get("/account").text
        return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


class Person(Actor):
    """Somebody with an account, signed in."""

    def __init__(self, app: Flask, email: str) -> None:
        super().__init__(app)
        self.email = email
        answer = self.post("/api/register", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text

    @property
    def id(self) -> int:
        found = people.find(self.email)
        assert found is not None
        return found.id

    @property
    def credits(self) -> int:
        return int(self.get("/api/me").json["credits"])

    def makes_key(self, **options: Any) -> str:
        """An API key of theirs."""
        answer = self.post("/api/keys", json={"name": "a program", **options})
        assert answer.status_code == 200, answer.text
        return str(answer.json["key"])

    def program(self, **options: Any) -> "Program":
        """A program of theirs, with a key of its own."""
        return Program(self.app, self.makes_key(**options))

    def hears_at(self, url: str | None) -> None:
        """Have an address told of every job."""
        answer = self.ask("put", "/api/webhooks", json={"url": url})
        assert answer.status_code == 200, answer.text

    def moves_to(self, plan: str) -> None:
        done = Context().run(self.app.test_cli_runner().invoke, args=["people", "set-plan", self.email, plan])
        assert done.exit_code == 0, done.output


class Program(Actor):
    """Something without a browser: it brings an API key or a token with each request, and keeps no cookie."""

    def __init__(self, app: Flask, key: str, header: str = "X-API-Key") -> None:
        super().__init__(app)
        self.browser = app.test_client(use_cookies=False)
        self.browser.environ_base["REMOTE_ADDR"] = "192.0.2.44"
        self.brings = {header: key if header == "X-API-Key" else f"Bearer {key}"}

    def ask(self, method: str, path: str, **options: Any) -> Answer:
        return super().ask(method, path, headers=self.brings | options.pop("headers", {}), **options)


@dataclass
class Cast:
    app: Flask

    @cached_property
    def ann(self) -> Person:
        return Person(self.app, "ann@limn.example")

    @cached_property
    def ben(self) -> Person:
        return Person(self.app, "ben@limn.example")

    @cached_property
    def pia(self) -> Person:
        pia = Person(self.app, "pia@limn.example")
        pia.moves_to("pro")
        return pia

    def guest(self, address: str = "203.0.113.5") -> Actor:
        return Actor(self.app, address)


class Sketcher:
    """An engine that paints a plain picture at once, unless told what goes wrong."""

    name = "sketcher"
    title = "the tests' sketcher"
    together = 1

    def __init__(self) -> None:
        self.fails_with: Exception | None = None

    def tint(self, request: PaintRequest) -> Tint | None:
        return "#d2452b", "#fbf9f4"

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        if self.fails_with:
            raise self.fails_with
        on_progress(1.0)
        return [self._sheet(request, request.seed + number) for number in range(request.count)]

    def _sheet(self, request: PaintRequest, seed: int) -> Painting:
        colour = (seed % 256, seed // 256 % 256, seed // 65536 % 256)
        return Painting(
            Image.new("RGB", (request.width, request.height), colour), seed, request.style or "illustration"
        )


class Batcher(Sketcher):
    """An engine that paints several requests in one go and remembers which. What goes wrong with one, by its prompt."""

    title = "the tests' batcher"
    together = 4

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[PaintRequest]] = []
        self.refuses: dict[str, Exception] = {}

    def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
        self.batches.append([sitting.request for sitting in sittings])
        if self.fails_with:
            raise self.fails_with
        return [self._painted(sitting) for sitting in sittings]

    def _painted(self, sitting: Sitting) -> Painted:
        try:
            return self.refuses.get(sitting.request.prompt) or self.paint(sitting.request, sitting.on_progress)
        except Exception as error:  # noqa: BLE001  (as the protocol has it: each what comes of it)
            return error


@dataclass
class Studio:
    """The worker, in the test's own process."""

    app: Flask

    @cached_property
    def engine(self) -> Sketcher:
        return Sketcher()

    def works(self, lane: str = "illustrator") -> int:
        """Do everything that waits. How many attempts it took."""
        db.session.remove()
        attempts = 0
        while runner.take_one(lane, Hands(self.engine, SANDBOX)):
            attempts += 1
            assert attempts < 1000, "the queue does not end"
        return attempts
