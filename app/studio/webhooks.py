"""Webhooks: the page with address, secret and delivery log, and the same as calls."""

import json

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.models import WORK
from app.refusals import Refusal
from app.studio.visit import signed_in
from app.studio.webhook_answers import (
    AddressParams,
    DeliveryAnswer,
    DeliveryDescription,
    DeliveryList,
    DeliveryQuery,
    Try,
    WebhookAnswer,
)
from app.toolkit import parse
from app.web import idempotency
from app.web.body import json_object
from app.web.described import described
from app.webhooks import log, outbox, receiver
from app.webhooks.log import Entry
from app.webhooks.models import DeliveryState, Webhook

blueprint = Blueprint("webhooks", __name__)

SECTION = "webhooks"
PAGE = 20


@blueprint.get("/account/webhooks")
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/webhooks")
def set_address() -> ResponseReturnValue:
    given = request.form.get("url", "").strip()
    try:
        receiver.set_address(signed_in().id, given or None)
    except Refusal as refusal:
        return _page(given, refusal), 422
    flash("From now on this address hears of every job." if given else "From now on nobody is told.")
    return redirect(url_for("webhooks.show"), 303)


@blueprint.post("/account/webhooks/rotation")
def rotate() -> ResponseReturnValue:
    receiver.rotate(signed_in().id, clock.now())
    flash("There is a new secret. The old one signs beside it for a day.")
    return redirect(url_for("webhooks.show"), 303)


@blueprint.post("/account/webhooks/test")
def test() -> ResponseReturnValue:
    try:
        outbox.post_test(signed_in().id, clock.now())
    except Refusal as refusal:
        return _page(None, refusal), 422 if refusal.status == 400 else refusal.status
    flash("A test message is on its way. See below how it went.")
    return redirect(url_for("webhooks.show"), 303)


@blueprint.post("/account/webhooks/deliveries/<int:delivery_id>/resending")
def resend(delivery_id: int) -> ResponseReturnValue:
    log.resend(signed_in().id, delivery_id, clock.now())
    flash("It is on its way once more.")
    return redirect(url_for("webhooks.show"), 303)


@blueprint.get("/api/webhooks")
@described(
    "Your webhook address and its secret",
    section=SECTION,
    scope=None,
    answers={200: WebhookAnswer},
    help="The secret verifies messages after Standard Webhooks. No key opens this: sign in for it.",
)
def show_json() -> ResponseReturnValue:
    return _answer(receiver.of(signed_in().id))


@blueprint.put("/api/webhooks")
@described(
    "Set the address that hears of every job",
    section=SECTION,
    scope=None,
    answers={200: WebhookAnswer},
    body=AddressParams,
    help="Messages that wait go to the new address. A job's own `webhook_url` hears of that job besides.",
)
def set_address_json() -> ResponseReturnValue:
    me = signed_in()
    return _answer(receiver.set_address(me.id, parse(AddressParams, json_object(), strict=True).url))


@blueprint.post("/api/webhooks/rotation")
@described(
    "Put a new secret in the old one's place",
    section=SECTION,
    scope=None,
    answers={200: WebhookAnswer},
    help="For 24 hours every message carries two signatures, one of each, so that receivers can change in peace.",
)
def rotate_json() -> ResponseReturnValue:
    me, once = signed_in(), idempotency.once()
    webhook = receiver.rotate(me.id, clock.now(), f"{me.id} {once}" if once else None)
    idempotency.secret()
    return _answer(webhook)


@blueprint.post("/api/webhooks/test")
@described(
    "Send a test message",
    section=SECTION,
    scope=WORK,
    answers={200: DeliveryAnswer},
    errors=("rate_limited",),
    help="To the account's address, of type `webhook.test`, ten a minute at most. The log tells how it went.",
)
def test_json() -> ResponseReturnValue:
    me = signed_in()
    delivery_id = outbox.post_test(me.id, clock.now(), idempotency.once())
    return _delivery(log.entry(me.id, delivery_id))


@blueprint.get("/api/webhooks/deliveries")
@described(
    "The delivery log, newest first", section=SECTION, scope="read", answers={200: DeliveryList}, query=DeliveryQuery
)
def log_json() -> ResponseReturnValue:
    me, wanted = signed_in(), parse(DeliveryQuery, request.args)
    entries, next_before = _entries(me.id, wanted.before, wanted.limit)
    deliveries = [_description(entry).model_dump(mode="json") for entry in entries]
    return {"ok": True, "deliveries": deliveries, "next_before": next_before}


@blueprint.get("/api/webhooks/deliveries/<int:delivery_id>")
@described(
    "One message and its tries", section=SECTION, scope="read", answers={200: DeliveryAnswer}, errors=("not_found",)
)
def delivery_json(delivery_id: int) -> ResponseReturnValue:
    return _delivery(log.entry(signed_in().id, delivery_id))


@blueprint.post("/api/webhooks/deliveries/<int:delivery_id>/resending")
@described(
    "Send a message once more",
    section=SECTION,
    scope=WORK,
    answers={200: DeliveryAnswer},
    errors=("not_found",),
    help="Under the same `webhook-id`, and again for a day if nobody takes it. The log keeps all tries.",
)
def resend_json(delivery_id: int) -> ResponseReturnValue:
    return _delivery(log.resend(signed_in().id, delivery_id, clock.now()))


def _page(given: str | None = None, refusal: Refusal | None = None) -> Response:
    me = signed_in()
    webhook = receiver.of(me.id)
    entries, next_before = _entries(me.id, parse(DeliveryQuery, _only_before()).before, PAGE)
    page = render_template(
        "webhooks/page.html",
        webhook=webhook,
        overlaps=_overlaps(webhook),
        given=webhook.url or "" if given is None else given,
        wrong=refusal.message if refusal else "",
        entries=entries,
        bodies={entry.delivery.id: json.dumps(json.loads(entry.delivery.body), indent=2) for entry in entries},
        next_url=url_for("webhooks.show", before=next_before) if next_before else None,
        nav="webhooks",
    )
    return _unkept(page)


def _unkept(body: object) -> Response:
    """No cache on the way keeps what shows a secret."""
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def _only_before() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name == "before"}


def _entries(person_id: int, before: int | None, limit: int) -> tuple[list[Entry], int | None]:
    """A page of the log, and where the next one begins."""
    found = log.entries(person_id, before, limit + 1)
    return found[:limit], found[limit - 1].delivery.id if len(found) > limit else None


def _answer(webhook: Webhook) -> Response:
    answer = WebhookAnswer(
        ok=True,
        url=webhook.url,
        secret=webhook.secret,
        previous_secret_until=webhook.previous_until if _overlaps(webhook) else None,
    )
    return _unkept(answer.model_dump(mode="json"))


def _overlaps(webhook: Webhook) -> bool:
    return len(receiver.signing(webhook, clock.now())) > 1


def _delivery(entry: Entry) -> ResponseReturnValue:
    return {"ok": True, "delivery": _description(entry).model_dump(mode="json")}


def _description(entry: Entry) -> DeliveryDescription:
    delivery = entry.delivery
    return DeliveryDescription(
        id=delivery.id,
        message_id=delivery.message,
        type=delivery.type,
        job_id=delivery.job_id,
        url=delivery.url,
        state=delivery.state,
        created_at=delivery.created_at,
        next_try_at=delivery.next_at if delivery.state == DeliveryState.PENDING else None,
        body=delivery.body,
        tries=[
            Try(at=one.at, status=one.status, answer=one.answer, error=one.error, seconds=one.seconds)
            for one in entry.tries
        ],
    )
