"""Buying: from a button or a call to Stripe's page, and back from there."""

import re
import secrets
from typing import Annotated, Literal, cast

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from app import clock
from app.billing.plans import ITEMS, PACKS, PLANS, Item
from app.extensions import db, settings
from app.payments import arrivals, checkout, portal
from app.payments.gateway import HOSTS
from app.refusals import Refusal
from app.studio.answers import Answer
from app.studio.views import absolute
from app.studio.visit import look_again, person, signed_in, standing
from app.toolkit import Choice, Params, field, one_of, parse
from app.web import idempotency, limits
from app.web.body import json_object
from app.web.described import described
from app.web.headers import let_forms_lead_to

blueprint = Blueprint("checkout", __name__)

BILLING = "/account/billing"
PRICING = "/pricing"
LONGEST_TOKEN = 64
SAID = {
    "open": "The payment is not finished, and nothing was charged.",
    "pending": "Your bank takes a few days to pay. What you bought is yours as soon as it has.",
    "rejected": "Your payment has arrived, but what you bought has not begun. Tell whoever runs this site.",
}
LATER = "The payment service is slow to answer. If you paid, what you bought shows here within a few minutes."
NO_TRIAL = "This account or this card has had its free trial. Nothing was charged; the plan can be had without one."
SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,200}")
TO_BUY = tuple(Choice(plan.id, plan.title) for plan in PLANS.values() if plan.paid)
INTERVALS = (Choice("month", "Monthly"), Choice("year", "Yearly"))
SIZES = tuple(Choice(pack.id, pack.title) for pack in PACKS.values())
FLOWS = (Choice("payment_method_update", "Another card"), Choice("subscription_cancel", "Cancel"))


class CheckoutParams(Params):
    plan: Annotated[str | None, one_of(TO_BUY)] = field(
        None, label="Plan", help="The plan to be on, with `interval`.", choices=TO_BUY
    )
    interval: Annotated[str | None, one_of(INTERVALS)] = field(
        None, label="Interval", help="How often the plan is paid.", choices=INTERVALS
    )
    pack: Annotated[str | None, one_of(SIZES)] = field(
        None, label="Pack", help="Credits to buy once, instead of a plan.", choices=SIZES
    )


class PortalParams(Params):
    flow: Annotated[str | None, one_of(FLOWS)] = field(
        None, label="Page", help="One page of the portal; left out, its first.", choices=FLOWS
    )


class Address(Answer):
    url: str = Field(description="Where to send the browser next.")


@blueprint.app_template_global()
def paying_token() -> str:
    """For a form that leads to where one pays: names the press, so that twice is once, and lets the form lead there."""
    if not settings().test_checkout:
        let_forms_lead_to(*HOSTS)
    return secrets.token_urlsafe(16)


@blueprint.post("/checkout")
def start() -> ResponseReturnValue:
    if person() is None:
        return redirect(url_for("account.login", next=PRICING))
    _spend_request()
    wanted = parse(CheckoutParams, _fields())
    try:
        return redirect(_start(wanted, _token()), 303)
    except Refusal as refusal:
        return _told(refusal)


@blueprint.post("/portal")
def manage() -> ResponseReturnValue:
    _spend_request()
    wanted = parse(PortalParams, _fields())
    try:
        return redirect(_manage(wanted, _token()), 303)
    except Refusal as refusal:
        return _told(refusal)


@blueprint.get("/checkout/done")
def done() -> ResponseReturnValue:
    """Whoever comes back from paying has what they paid for, also when Stripe's messenger is slower than they are."""
    me, session_id = signed_in(), request.args.get("session_id", "")
    if not session_id:
        return redirect(BILLING, 303)
    if not SESSION_ID.fullmatch(session_id):
        raise Refusal("not_found", "There is no such payment.")
    try:
        arrival = arrivals.look(me, session_id, clock.now())
    except Refusal as refusal:
        if refusal.code != "billing_unavailable":
            raise
        flash(LATER)  # they may have paid, and nobody can say so just now
        return redirect(BILLING, 303)
    db.session.refresh(me)  # it was read before the plan began
    look_again()
    flash(_said(arrival))
    return redirect(BILLING, 303)


@blueprint.post("/api/checkout")
@described(
    "Buy a plan or a pack",
    section="billing",
    scope=None,
    answers={200: Address},
    body=CheckoutParams,
    errors=("conflict", "billing_unavailable"),
    help="The address is Stripe’s: paying happens there. Whoever has a plan is led to where it is changed.",
)
def start_json() -> ResponseReturnValue:
    signed_in()
    wanted = parse(CheckoutParams, json_object(), strict=True)
    return {"ok": True, "url": _start(wanted, idempotency.once("checkout") or secrets.token_urlsafe(16))}


@blueprint.post("/api/portal")
@described(
    "Manage what you bought",
    section="billing",
    scope=None,
    answers={200: Address},
    body=PortalParams,
    errors=("conflict", "billing_unavailable"),
    help="The address of Stripe’s portal: card, invoices, another plan, cancel. It is good for a few minutes.",
)
def manage_json() -> ResponseReturnValue:
    signed_in()
    wanted = parse(PortalParams, json_object() if request.get_data() else {}, strict=True)
    return {"ok": True, "url": _manage(wanted, idempotency.once("portal") or secrets.token_urlsafe(16))}


def _spend_request() -> None:
    """A press makes several calls to Stripe, which holds us to a limit: it counts like a call of the API."""
    limits.spend_request(f"person {signed_in().id}", paid=standing().plan.paid)


def _start(wanted: CheckoutParams, token: str) -> str:
    return checkout.start(signed_in(), _item(wanted), absolute(""), token, clock.now())


def _manage(wanted: PortalParams, token: str) -> str:
    flow = cast("Literal['payment_method_update', 'subscription_cancel'] | None", wanted.flow)
    return portal.open(signed_in(), absolute(""), token, flow)


def _item(wanted: CheckoutParams) -> Item:
    """Refuses with `invalid` what is neither a plan with its interval nor a pack, or both."""
    if wanted.pack and (wanted.plan or wanted.interval):
        raise Refusal("invalid", "Choose a plan or a pack, not both at once.", field="pack")
    if wanted.pack:
        return ITEMS[wanted.pack]
    if wanted.plan is None:
        raise Refusal("invalid", "Choose a plan with its interval, or a pack.", field="plan")
    if wanted.interval is None:
        raise Refusal("invalid", "Interval is required: month or year.", field="interval")
    return ITEMS[f"{wanted.plan}-{wanted.interval}"]


def _fields() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in ("csrf_token", "once") and value}


def _token() -> str:
    given = request.form.get("once", "")
    return given if 0 < len(given) <= LONGEST_TOKEN and given.isascii() else secrets.token_urlsafe(16)


def _told(refusal: Refusal) -> ResponseReturnValue:
    """What is there already is told on the page that shows it."""
    if refusal.code != "conflict":
        raise refusal
    flash(refusal.message)
    return redirect(BILLING, 303)


def _said(arrival: arrivals.Arrival) -> str:
    now, item = standing(), arrival.item
    if arrival.state in SAID:
        return SAID[arrival.state]
    if item.pack:
        return f"{item.pack.credits:,} credits are yours. They never expire."
    if item.plan and item.plan == now.plan:
        return f"You are on {item.plan.title} now, with {now.credits or 0:,} credits."
    return NO_TRIAL if arrival.state == "free" else SAID["rejected"]
