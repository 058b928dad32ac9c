"""What is sent and how answers are read, without a server; each of both clients carries it out alike."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from limn import AsyncLimn, Canceled, Invalid, Limn, LimnError, Retrying, ServerError
from limn.account import Account
from limn.answers import State
from limn.effects import Ask
from limn.wire import headers

QUICK = Retrying(first=0, longest=0)
DONE = {
    "ok": True,
    "job_id": "7",
    "status": "succeeded",
    "images": ["/7?raw=1"],
    "share_urls": ["https://limn.example/7"],
}
Server = Callable[[httpx.Request], httpx.Response]


def answers(*told: httpx.Response | Exception) -> tuple[Server, list[httpx.Request]]:
    """A server that gives these answers one after the other, and what it was asked."""
    left, asked = list(told), []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        asked.append(request)
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return answer, asked


def sync(server: Server, **options: Any) -> Limn:
    return Limn("https://limn.example/", "key", transport=httpx.MockTransport(server), retrying=QUICK, **options)


def generated_by_sync(server: Server, path: Path) -> list[Path]:
    with sync(server) as limn:
        return limn.generate("a fox").save(path)


def generated_by_async(server: Server, path: Path) -> list[Path]:
    async def run() -> list[Path]:
        transport = httpx.MockTransport(server)
        async with AsyncLimn("https://limn.example", "key", transport=transport, retrying=QUICK) as limn:
            return await (await limn.generate("a fox")).save(path)

    return asyncio.run(run())


either = pytest.mark.parametrize("generated", [generated_by_sync, generated_by_async], ids=["sync", "async"])
Generated = Callable[[Server, Path], list[Path]]


def queued() -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "job_id": "7", "status": "queued", "queue_position": 1})


def done() -> httpx.Response:
    return httpx.Response(200, json=DONE)


def picture() -> httpx.Response:
    return httpx.Response(200, content=b"picture", headers={"Content-Type": "image/png"})


@either
def test_a_job_is_started_waited_for_and_fetched(generated: Generated, tmp_path: Path) -> None:
    server, asked = answers(queued(), done(), picture())

    [saved] = generated(server, tmp_path / "fox.png")

    assert saved.read_bytes() == b"picture"
    assert [f"{one.method} {one.url.raw_path.decode()}" for one in asked] == [
        "POST /api/generate",
        "GET /api/job/7",
        "GET /7?raw=1",
    ]
    assert json.loads(asked[0].content) == {"prompt": "a fox"}
    assert {one.headers["Authorization"] for one in asked} == {"Bearer key"}


@either
def test_whatever_breaks_is_tried_again_with_the_same_key(generated: Generated, tmp_path: Path) -> None:
    broken, busy = httpx.ReadError("connection reset"), httpx.Response(503, html="busy")
    server, asked = answers(broken, busy, done(), httpx.RemoteProtocolError("cut short"), picture())

    assert generated(server, tmp_path / "fox.png") == [tmp_path / "fox.png"]
    keys = {one.headers["Idempotency-Key"] for one in asked[:3]}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32


@either
def test_a_download_that_fails_leaves_nothing_behind(generated: Generated, tmp_path: Path) -> None:
    server, _ = answers(done(), *[httpx.ReadError("cut short")] * 6)

    with pytest.raises(LimnError):
        generated(server, tmp_path / "fox.png")
    assert list(tmp_path.iterdir()) == []


@either
def test_a_job_that_failed_is_an_error_with_its_code(generated: Generated, tmp_path: Path) -> None:
    failed = {"ok": True, "job_id": "7", "status": "failed", "error": {"code": "internal", "message": "It broke."}}
    server, _ = answers(queued(), httpx.Response(200, json=failed))

    with pytest.raises(ServerError, match="It broke") as error:
        generated(server, tmp_path / "fox.png")
    assert error.value.job_id == "7"


def test_two_calls_have_two_keys() -> None:
    server, asked = answers(queued(), queued())
    with sync(server) as limn:
        limn.generate("a fox")
        limn.generate("a fox")

    assert asked[0].headers["Idempotency-Key"] != asked[1].headers["Idempotency-Key"]


def test_options_that_are_left_out_are_not_sent() -> None:
    server, asked = answers(done())
    with sync(server) as limn:
        limn.resize(b"picture", width=None, height=20, enlarge=True)

    body = asked[0].content
    assert b'name="width"' not in body
    assert b'name="enlarge"\r\n\r\ntrue' in body
    assert b'name="height"\r\n\r\n20' in body


def test_a_tool_is_waited_for_a_while_and_words_are_not() -> None:
    server, asked = answers(done(), done())
    with sync(server) as limn:
        limn.convert(b"picture", to="png")
        limn.generate("a fox")

    assert asked[0].headers["Prefer"] == "wait=20"
    assert "Prefer" not in asked[1].headers


def test_an_answer_that_is_no_json_is_no_limn() -> None:
    server, _ = answers(httpx.Response(200, html="<p>Welcome</p>"))
    with sync(server) as limn, pytest.raises(ServerError, match="Is this the address of a Limn"):
        limn.me()


def test_a_job_that_was_canceled_says_so() -> None:
    assert isinstance(State("7", "canceled").error, Canceled)


def test_the_key_goes_to_its_own_server_alone() -> None:
    account = Account("https://limn.example", "key")

    assert headers(Ask("GET", "/7?raw=1"), account)[1]["Authorization"] == "Bearer key"
    assert headers(Ask("GET", "https://limn.example/7?raw=1"), account)[1]["Authorization"] == "Bearer key"
    for elsewhere in ("https://other.example/7", "http://limn.example/7", "https://limn.example:8443/7"):
        url, sent = headers(Ask("GET", elsewhere), account)
        assert url == elsewhere
        assert "Authorization" not in sent


@pytest.mark.parametrize("url", ["limn.example", "ftp://limn.example", "https://", "https://ann:secret@limn.example"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        Limn(url, "key")
