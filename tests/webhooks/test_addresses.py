"""Addresses: nothing gets into the operator's own network, in whatever way it is written or looked up."""

import socket
from ipaddress import ip_address

import pytest
from flask import Flask

from app.refusals import Refusal
from app.webhooks import addresses
from app.webhooks.addresses import Unreachable
from tests.conftest import MakeApp


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """With the setting as it is unless an operator changes it."""
    return make_app()


PRIVATE = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8000/x?y=z",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",  # the same as one number
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0.0.0/",
    "http://１２７.０.０.１/",  # wide digits
    "http://127。0。0。1/",  # ideographic stops
    "http://localhost/",
    "http://LOCALHOST:5000/",
    "http://localhost./",
    "http://a.localhost/",
    "http://10.0.0.5/",
    "http://172.16.0.1/",
    "http://172.31.255.254/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",  # a cloud's metadata
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://192.88.99.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]:80/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",  # NAT64
    "http://[64:ff9b::8.8.8.8]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",  # 6to4
    "http://[2001:0:53aa:64c:0:0:80ff:fffe]/",  # Teredo
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[5f00::1]/",
]
NONE = [
    "",
    "example.com",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "http://",
    "http:///path",
    "http://example.com:99999/",
    "http://example.com:0/",
    "http://example.com:port/",
    "http://[::1/",
    "http://exa mple.com/",
    "http://example.com/\r\nX: y",
    "\thttp://example.com/",
    "http://exam\tple.com/",
    "http://user:pass@example.com/",
    "http://user@example.com/",
    "http://@example.com/",
    "http://good.example\\@127.0.0.1/",
    "http://exa\\mple.com/",
    "http://-/",
    "http://a..b/",
    "http://" + "a" * 64 + ".example/",
    "http://" + ".".join(["abcdefg"] * 40) + "/",
    "https://example.com/" + "x" * 2000,
]
FINE = [
    ("https://example.com/hooks", ("https", "example.com", 443, "/hooks")),
    ("http://example.com", ("http", "example.com", 80, "/")),
    ("HTTPS://Example.COM:8443/a?b=c&d=%20#there", ("https", "example.com", 8443, "/a?b=c&d=%20")),
    ("https://example.com?b", ("https", "example.com", 443, "/?b")),
    ("https://bücher.example/straße", ("https", "xn--bcher-kva.example", 443, "/stra%C3%9Fe")),
    ("https://8.8.8.8/", ("https", "8.8.8.8", 443, "/")),
    ("https://[2606:4700:4700::1111]:444/", ("https", "2606:4700:4700::1111", 444, "/")),
    ("https://my_host.example.com/", ("https", "my_host.example.com", 443, "/")),
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_refused_in_every_notation(app: Flask, url: str) -> None:
    with app.app_context(), pytest.raises(Refusal, match="private") as refused:
        addresses.check(url)
    assert (refused.value.code, refused.value.facts) == ("invalid", {"field": "webhook_url"})


@pytest.mark.parametrize("url", [url for url in PRIVATE if "localhost" not in url.lower()])
def test_what_got_past_is_not_connected_to(app: Flask, url: str) -> None:
    """The same table once more, where a message leaves."""
    with app.app_context(), pytest.raises(Unreachable):
        addresses.public(addresses.parse(url).host)


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_web_address_is_refused_even_where_private_ones_are_welcome(make_app: MakeApp, url: str) -> None:
    with make_app(WEBHOOKS_TO_PRIVATE=True).app_context(), pytest.raises(Refusal) as refused:
        addresses.check(url, "url")
    assert (refused.value.code, refused.value.facts) == ("invalid", {"field": "url"})


@pytest.mark.parametrize(("url", "parts"), FINE)
def test_others_are_taken_apart_once_and_for_all(app: Flask, url: str, parts: tuple[str, str, int, str]) -> None:
    with app.app_context():
        addresses.check(url)
    assert addresses.parse(url) == parts


def test_an_operator_may_open_private_ones(make_app: MakeApp) -> None:
    with make_app(WEBHOOKS_TO_PRIVATE=True).app_context():
        addresses.check("http://127.0.0.1:8000/hooks")
        assert addresses.public("127.0.0.1") == ["127.0.0.1"]


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["2606:4700::1", "fe80::1"], ["::ffff:8.8.8.8"]]
)
def test_a_name_with_one_private_address_is_not_connected_to(
    app: Flask, monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 0)) for address in found])
    with app.app_context(), pytest.raises(Unreachable, match="private address"):
        addresses.public("rebound.example")


def test_a_name_with_open_addresses_alone_is(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["2606:4700::1", "8.8.8.8", "8.8.8.8"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 0)) for address in found])
    with app.app_context():
        assert addresses.public("open.example") == ["2606:4700::1", "8.8.8.8"]


def test_a_name_nobody_knows_is_said_to_be_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with app.app_context(), pytest.raises(Unreachable, match=r"where nobody\.example is"):
        addresses.public("nobody.example")


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.32.0.0", "223.255.255.255", "2a00::1"]
)
def test_what_lies_beside_a_private_network_is_open(address: str) -> None:
    assert addresses.is_public(ip_address(address))
