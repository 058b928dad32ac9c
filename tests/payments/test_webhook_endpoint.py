"""The endpoint at Stripe: made for our events, in our version."""

from flask import Flask

from app.payments import catalogue, webhook_endpoint
from app.payments.gateway import API_VERSION
from tests.payments.recorder import Recorder
from tests.payments.stripe_shapes import unfolded
from tests.payments.test_catalogue import posted_to, sync


def test_the_webhook_is_made_for_our_events_and_version_and_its_secret_shown_once(
    shop: Flask, recorder: Recorder
) -> None:
    catalogue.sync()
    url = "https://limn.example/webhooks/stripe"
    assert "STRIPE_WEBHOOK_SECRET=whsec_shown_once" in sync("--webhook", url, app=shop)[1]
    [made] = posted_to(recorder, "/v1/webhook_endpoints")
    assert unfolded(made.fields) == {
        "url": url,
        "api_version": API_VERSION,
        "enabled_events": webhook_endpoint.EVENTS,
        "description": "Limn: plans, packs, refunds and disputes",
    }
    assert sync("--webhook", url, app=shop) == (0, "0 changes\n")


def test_a_webhook_that_hears_too_little_is_mended(shop: Flask, recorder: Recorder) -> None:
    url = "https://limn.example/webhooks/stripe"
    catalogue.sync()
    sync("--webhook", url, app=shop)
    recorder.endpoints["we_1"]["enabled_events"].remove("invoice.paid")
    assert "told of invoice.paid too" in sync("--webhook", url, app=shop)[1]
    assert "invoice.paid" in recorder.endpoints["we_1"]["enabled_events"]


def test_a_webhook_of_another_version_is_refused(shop: Flask, recorder: Recorder) -> None:
    url = "https://limn.example/webhooks/stripe"
    sync("--webhook", url, app=shop)
    recorder.endpoints["we_1"]["api_version"] = "2020-08-27"
    status, said = sync("--webhook", url, app=shop)
    assert status == 1
    assert "Delete it at Stripe" in said
