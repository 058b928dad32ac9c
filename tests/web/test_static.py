"""Static files: kept for good under a versioned name, and packed."""

import gzip

from tests.cast import Cast


def test_a_versioned_name_is_kept_for_good(cast: Cast) -> None:
    guest = cast.guest()
    assert guest.get("/static/css/base.css?v=1").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert guest.get("/static/css/base.css").headers["Cache-Control"] == "no-cache"


def test_style_and_script_are_packed(cast: Cast) -> None:
    guest = cast.guest()
    plain = guest.get("/static/css/base.css")
    packed = guest.get("/static/css/base.css", headers={"Accept-Encoding": "br, zstd"})
    assert packed.headers["Content-Encoding"] in {"br", "zstd"}
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_the_description_of_the_api_is_packed(cast: Cast) -> None:
    answer = cast.app.test_client().get("/api/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).startswith(b"{")


def test_pages_and_answers_with_secrets_are_not(cast: Cast) -> None:
    for path in ("/login", "/api/me", "/account/keys"):
        assert "Content-Encoding" not in cast.ann.get(path, headers={"Accept-Encoding": "gzip, br"}).headers


def test_what_a_browser_has_already_is_not_sent_again(cast: Cast) -> None:
    guest = cast.guest()
    first = guest.get("/static/css/base.css", headers={"Accept-Encoding": "br"})
    again = guest.get("/static/css/base.css", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
