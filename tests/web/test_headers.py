"""Security headers on every answer."""

import pytest

from app.web.headers import HEADERS
from tests.cast import Cast


@pytest.mark.parametrize("path", ["/generate", "/login", "/api/me", "/nothing", "/static/css/app.css", "/health/live"])
def test_every_answer_carries_them(cast: Cast, path: str) -> None:
    headers = cast.guest().get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(cast: Cast) -> None:
    policy = cast.guest().get("/generate").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_cookie_is_closed_to_scripts_and_other_sites(cast: Cast) -> None:
    cookie = cast.guest().generate().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_under_https_the_cookie_is_secure_and_the_browser_told_to_stay(cast: Cast) -> None:
    answer = cast.guest().post("/api/generate", json={"prompt": "a red fox"}, base_url="https://limn.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_looking_sets_no_cookie(cast: Cast) -> None:
    assert "Set-Cookie" not in cast.guest().get("/history").headers


def test_static_files_last_when_their_name_says_their_content(cast: Cast) -> None:
    page = cast.guest().get("/generate").text
    versioned = page.split('href="/static/css/app.css?v=', 1)[1].split('"', 1)[0]
    lasting = cast.guest().get(f"/static/css/app.css?v={versioned}").headers["Cache-Control"]
    assert "immutable" in lasting
    assert cast.guest().get("/static/css/app.css").headers["Cache-Control"] == "no-cache"


def test_pages_are_private(cast: Cast) -> None:
    assert cast.ann.get("/history").headers["Cache-Control"] == "private, no-cache"
