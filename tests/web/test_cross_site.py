"""Other sites cannot act in a visitor's name."""

import pytest

from tests.cast import Cast


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
@pytest.mark.parametrize("path", ["/api/generate", "/api/login", "/api/register", "/api/logout"])
def test_a_request_from_another_site_is_refused(cast: Cast, path: str, headers: dict[str, str]) -> None:
    answer = cast.ann.post(path, json={"prompt": "a red fox"}, headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "cross_site")
    assert cast.ann.credits == 100


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
    ],
)
def test_a_request_of_ones_own_passes(cast: Cast, headers: dict[str, str]) -> None:
    assert cast.ann.post("/api/generate", json={"prompt": "a red fox"}, headers=headers).status_code == 200


def test_reading_is_open_to_links_from_anywhere(cast: Cast) -> None:
    assert cast.ann.get("/api/me", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("path", ["/generate", "/login", "/register", "/logout", "/account/sessions/revocation"])
def test_a_form_without_its_token_changes_nothing(cast: Cast, path: str) -> None:
    answer = cast.ann.post(path, data={"prompt": "a red fox", "email": "x@limn.example", "password": "long enough"})
    assert answer.status_code == 400
    assert "Load it again" in answer.text
    assert cast.ann.credits == 100
