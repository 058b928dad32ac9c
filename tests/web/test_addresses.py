"""What cannot be looked up in a database is no address."""

import re
from http import HTTPStatus

import pytest
from flask import Flask

from app.site.openapi.operations import operations
from tests.cast import Cast

ODD = ("a%00b", "%F0%9F%98%80", "x" * 300, "%2e%2e", "9" * 30)


@pytest.mark.parametrize("part", ODD)
def test_an_odd_part_of_an_address_is_not_found(any_app: Flask, part: str) -> None:
    cast = Cast(any_app)
    for operation in operations():
        if operation.parts:
            path = re.sub(r"{[^}]+}", part, operation.path)
            body = {} if operation.endpoint.body is None else {"json": {"on": True}}
            answer = cast.ann.ask(operation.method.lower(), path, **body)
            assert answer.status_code == HTTPStatus.NOT_FOUND, operation.title


@pytest.mark.parametrize(
    "address",
    [
        "/api/images/history?page=99999999999999999999",
        "/api/images/history?limit=%00",
        "/api/webhooks/deliveries?before=%00",
        "/history?after=%00",
        "/tools/rotate?batch=%00",
        "/tools/rotate?job=%00",
        "/generate?again=%00",
        "/docs?in=%00",
    ],
)
def test_an_odd_query_breaks_nothing(any_app: Flask, address: str) -> None:
    assert Cast(any_app).ann.get(address).status_code < HTTPStatus.INTERNAL_SERVER_ERROR
