"""The test checkout answers Stripe's library as Stripe does: errors, pages, keys, expansions."""

from collections.abc import Callable

import pytest
from flask import Flask
from stripe import IdempotencyError, InvalidRequestError

from app.till import api
from app.till.endpoints.params import Route
from app.till.form import decode
from tests.conftest import Clock
from tests.till.server import TillServer
from tests.till.shop import Shop


def refused(call: Callable[[], object]) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as error:
        call()
    return error.value


def test_what_is_not_there_is_missing_in_stripes_words(shop: Shop) -> None:
    error = refused(lambda: shop.v1.subscriptions.retrieve("sub_none"))
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "id")
    assert str(error.user_message) == "No such subscription: 'sub_none'"
    assert refused(lambda: shop.v1.subscriptions.list({"customer": "cus_none"})).param == "customer"


def test_parameters_nobody_knows_are_refused_and_missing_ones_named(shop: Shop) -> None:
    unknown = refused(lambda: shop.v1.customers.create({"shoe_size": "44"}))
    assert (unknown.http_status, unknown.code, unknown.param) == (400, "parameter_unknown", "shoe_size")
    nameless = refused(lambda: shop.v1.products.create({"description": "what"}))
    assert (nameless.code, nameless.param) == ("parameter_missing", "name")
    assert refused(lambda: shop.v1.prices.list({"limit": 101})).param == "limit"


def test_an_address_nobody_knows_is_refused(shop: Shop) -> None:
    assert refused(lambda: shop.v1.payouts.list()).http_status == 404


def test_a_key_that_comes_again_gets_the_first_answer(shop: Shop, till: TillServer) -> None:
    asked = {"email": "ben@limn.example"}
    first = shop.v1.customers.create(asked, {"idempotency_key": "once"})
    again = shop.v1.customers.create(asked, {"idempotency_key": "once"})

    assert again.to_dict() == first.to_dict()
    assert [one.headers["idempotency-key"] for one in till.requests] == ["once", "once"]
    assert till.requests[0].form == asked
    assert len(shop.v1.customers.list({"email": "ben@limn.example"}).data) == 1


def test_a_key_with_another_body_is_refused_and_forgotten_after_a_day(shop: Shop) -> None:
    first = shop.v1.customers.create({"email": "ben@limn.example"}, {"idempotency_key": "once"})
    with pytest.raises(IdempotencyError):
        shop.v1.customers.create({"email": "cat@limn.example"}, {"idempotency_key": "once"})

    shop.time.forward(days=1, seconds=1)
    assert shop.v1.customers.create({"email": "ben@limn.example"}, {"idempotency_key": "once"}).id != first.id


def test_lists_come_in_pages_newest_first(shop: Shop) -> None:
    made = [shop.v1.customers.create({"name": str(number)}).id for number in range(5)]

    page = shop.v1.customers.list({"limit": 2})
    assert ([one.id for one in page.data], page.has_more) == (made[:2:-1], True)
    assert [one.id for one in page.auto_paging_iter()] == made[::-1]
    before = shop.v1.customers.list({"limit": 2, "ending_before": made[1]})
    assert [one.id for one in before.data] == [made[3], made[2]]


def test_an_expansion_that_leads_nowhere_is_refused(shop: Shop) -> None:
    wrong = refused(lambda: shop.v1.customers.retrieve(shop.ann, {"expand": ["shoes"]}))
    assert wrong.param == "expand"
    assert refused(lambda: shop.v1.customers.list({"expand": ["data.a.b.c.d"]})).param == "expand"


def test_no_endpoint_overlooks_a_parameter(app: Flask, time: Clock) -> None:
    def refuses(route: Route) -> bool:
        path = route.path.replace("{id}", "none")
        status, body = api.answer(route.method, path, {"shoe_size": "44"}, None, time.now())
        return status == 400 and body["error"]["code"] in ("parameter_unknown", "parameter_missing")

    assert [route for route in api.ROUTES if not refuses(route)] == []


@pytest.mark.parametrize("text", ["a[b=1", "a]=1", "a[b]=1&a=2&a[b]=3"])
def test_a_form_that_cannot_be_read_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"given twice|cannot read"):
        decode(text)


def test_forms_nest() -> None:
    assert decode("items[0][price]=p&items[0][id]=i&expand[]=a&expand[]=b&plain=") == {
        "items": [{"price": "p", "id": "i"}],
        "expand": ["a", "b"],
        "plain": "",
    }
