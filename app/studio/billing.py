"""Billing: the plan and how it goes on, packs, and a receipt for every payment."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.billing.plans import ITEMS, Item
from app.credits import statement
from app.payments import books
from app.studio.views import absolute
from app.studio.visit import signed_in
from app.web import LARGEST

blueprint = Blueprint("billing", __name__)

PAGE = 20


@blueprint.get("/account/billing")
def show() -> ResponseReturnValue:
    me = signed_in()
    subscription, found = books.subscription_of(me.id), books.payments_of(me.id, _before(), PAGE + 1)
    return render_template(
        "billing/billing.html",
        subscription=subscription,
        item=_item(subscription.item) if subscription else None,
        next_item=_item(subscription.next_item) if subscription else None,
        packs=[lot for lot in statement.lots(me.id, clock.now()) if lot.kind == "pack"],
        payments=found[:PAGE],
        next_url=url_for("billing.show", before=found[PAGE - 1].id) if len(found) > PAGE else None,
        manageable=subscription is not None or bool(found),
        nav="billing",
    )


@blueprint.get("/account/billing/receipts/<int:payment_id>")
def receipt(payment_id: int) -> ResponseReturnValue:
    """A page of its own, to be printed."""
    me = signed_in()
    payment = books.payment(me.id, min(payment_id, LARGEST))
    return render_template(
        "billing/receipt.html", payment=payment, item=_item(payment.item), home=absolute(""), nav="billing"
    )


def _item(name: str | None) -> Item | None:
    """None for what is sold no more."""
    return ITEMS.get(name or "")


def _before() -> int | None:
    before = request.args.get("before", type=int)
    return None if before is None else max(-LARGEST, min(before, LARGEST))
