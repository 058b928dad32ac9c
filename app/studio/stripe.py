"""Where Stripe tells what happened: `POST /webhooks/stripe`, for signed bodies. It knows no cookie and no key."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app import clock
from app.payments import hearing
from app.payments.hearing import NotStripe
from app.refusals import Refusal

blueprint = Blueprint("stripe", __name__)

LARGEST = 512 * 1024  # bytes; Stripe's events are far smaller


@blueprint.post("/webhooks/stripe")
def hear() -> ResponseReturnValue:
    """200 with what became of the event, 400 for what is not Stripe's, 503 for what has to come again."""
    request.max_content_length = LARGEST
    try:
        outcome = hearing.receive(request.get_data(), request.headers.get("Stripe-Signature"), clock.now())
    except NotStripe as error:
        return {"ok": False, "reason": error.reason}, 400
    except Refusal as refusal:
        return {"ok": False, "reason": refusal.message}, refusal.status
    return {"ok": True, "outcome": outcome}
