"""Which network a request comes from."""

import pytest
from flask import Flask

from app.web.network import network
from tests.conftest import MakeApp


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", "local"),
    ],
)
def test_addresses_are_taken_by_network(app: Flask, address: str, expected: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == expected


@pytest.mark.parametrize(("hops", "expected"), [(0, "198.51.100.0/24"), (1, "203.0.113.0/24")])
def test_proxies_are_believed_only_when_trusted(make_app: MakeApp, hops: int, expected: str) -> None:
    app = make_app(TRUSTED_PROXIES=hops)
    app.add_url_rule("/where", "where", view_func=network)
    answer = app.test_client().get(
        "/where", environ_base={"REMOTE_ADDR": "198.51.100.9"}, headers={"X-Forwarded-For": "192.0.2.66, 203.0.113.5"}
    )
    assert answer.text == expected
