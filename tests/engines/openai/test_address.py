"""Base addresses as people write them."""

import pytest

from app.engines.openai.address import Address


@pytest.mark.parametrize(
    ("base", "call"),
    [
        ("http://gpu:8080", "http://gpu:8080/v1/images/generations"),
        ("http://gpu:8080/", "http://gpu:8080/v1/images/generations"),
        ("http://gpu:8080/v1", "http://gpu:8080/v1/images/generations"),
        ("http://gpu:8080/v1/", "http://gpu:8080/v1/images/generations"),
        ("http://gpu:8080/v3", "http://gpu:8080/v3/images/generations"),
        ("http://gpu:8080/v1/images/generations", "http://gpu:8080/v1/images/generations"),
        ("https://api.openai.com/v1", "https://api.openai.com/v1/images/generations"),
        ("https://a.example/openai/v1?api-version=1", "https://a.example/openai/v1/images/generations?api-version=1"),
        ("https://ann:secret@a.example/v1#top", "https://a.example/v1/images/generations"),
    ],
)
def test_calls_stand_under_the_base_address(base: str, call: str) -> None:
    assert str(Address(base, "").call("images/generations")) == call


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://gpu:8080/files/1.png", "http://gpu:8080/files/1.png"),
        ("/files/1.png", "http://gpu:8080/files/1.png"),
        ("https://files.example/1.png?se=2", "https://files.example/1.png?se=2"),
        ("http://files.example/1.png", None),
        ("http://gpu:9090/1.png", None),
        ("ftp://gpu:8080/1.png", None),
        ("file:///etc/passwd", None),
    ],
)
def test_pictures_are_fetched_from_the_endpoint_or_under_https(given: str, url: str | None) -> None:
    found = Address("http://gpu:8080/v1", "").picture(given)

    assert (str(found) if found else None) == url
