"""Events wait until they are heard, in their order, with a signature that Stripe's library believes."""

import pytest
from flask import Flask
from stripe import SignatureVerificationError, WebhookSignature

from app.till import events, life
from tests.till.shop import Shop


def test_the_signature_is_one_that_stripes_library_believes(app: Flask) -> None:
    body = '{"id": "evt_1"}'
    assert WebhookSignature.verify_header(body, events.sign(body), events.secret(), tolerance=300)
    with pytest.raises(SignatureVerificationError):
        WebhookSignature.verify_header(body + " ", events.sign(body), events.secret(), tolerance=300)


def test_the_secret_is_the_sites_own(app: Flask) -> None:
    assert events.secret() == events.secret()
    assert events.secret().startswith("whsec_")
    assert app.config["SECRET_KEY"] not in events.secret()


def test_events_wait_in_their_order_until_they_are_heard(shop: Shop) -> None:
    shop.opens("pack")
    waiting = events.unheard(1000)
    assert [event.type for event in waiting] == ["customer.created", "product.created", "price.created"]
    assert events.unheard(1) == waiting[:1]

    events.heard(waiting[0].id, "applied", shop.time.now())
    events.heard(waiting[0].id, "rejected", shop.time.forward(hours=1))
    assert [event.id for event in events.unheard(1000)] == [event.id for event in waiting[1:]]
    first = events.latest(10)[-1]
    assert (first.answer, first.heard_at) == ("applied", shop.time.forward(hours=-1))


def test_a_life_that_does_not_end_is_said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.subscribes()
    monkeypatch.setattr(life, "MOST_AT_ONCE", 3)
    with pytest.raises(RuntimeError, match="does not come to rest"):
        life.advance(shop.time.forward(days=365))
