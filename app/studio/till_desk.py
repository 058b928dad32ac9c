"""The desk of the test checkout: its clock, what is told and heard, and what happens at the bank."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.accounts import sign_ins
from app.payments import duties
from app.refusals import Refusal
from app.studio.till import act, only_in_play
from app.studio.visit import signed_in
from app.till import hands, life, showing
from app.web import sessions

blueprint = Blueprint("till_desk", __name__, url_prefix="/test-checkout")
blueprint.before_request(only_in_play)

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=30)}
STRIDE = timedelta(days=1)  # months begin and plans end on the way, also where the till knows nothing of them
MOST_STEPS = 1000
SHOWN = 12
TOLD = 40


@blueprint.get("")
def show() -> ResponseReturnValue:
    signed_in()
    now = clock.now()
    return render_template(
        "till/desk.html",
        now=now,
        ahead=clock.ahead(),
        coming=showing.next_things(SHOWN, now),
        payments=showing.payments(SHOWN, now),
        subscriptions=showing.subscriptions(SHOWN, now),
        told=showing.told(TOLD),
        after_last_attempt=showing.after_last_attempt(now),
    )


@blueprint.post("/clock")
def move() -> ResponseReturnValue:
    """The clock goes on in steps, so that each thing happens at its own time."""
    me = signed_in()
    step = request.form.get("step", "")
    until = _next() if step == "next" else clock.now() + STEPS.get(step, timedelta())
    if until is None:
        flash("Nothing is due.")
        return _desk()
    _go_on(until)
    if sign_ins.person_of(current_user.get_id(), clock.now()) is None:
        sessions.sign_in(me)  # it was the jump that made them idle
    flash(f"It is {clock.now():%-d %B %Y, %H:%M} UTC now.")
    return _desk()


@blueprint.post("/refunds")
def refund() -> ResponseReturnValue:
    signed_in()
    with act() as now:
        hands.refund(request.form.get("payment_intent", ""), _cents(), now)
    flash("The refund is on its way. No money moved.")
    return _desk()


@blueprint.post("/disputes")
def dispute() -> ResponseReturnValue:
    signed_in()
    with act() as now:
        hands.dispute(request.form.get("payment_intent", ""), now)
    flash("The bank withholds the money until the dispute is decided.")
    return _desk()


@blueprint.post("/disputes/<dispute_id>/closing")
def close_dispute(dispute_id: str) -> ResponseReturnValue:
    signed_in()
    won = request.form.get("outcome") == "won"
    with act() as now:
        hands.close_dispute(dispute_id, won, now)
    flash("You won the dispute." if won else "You lost the dispute.")
    return _desk()


@blueprint.post("/subscriptions/<subscription_id>/pause")
def pause(subscription_id: str) -> ResponseReturnValue:
    signed_in()
    with act() as now:
        hands.pause(subscription_id, now)
    flash("Nothing is collected for this plan until it is resumed.")
    return _desk()


@blueprint.post("/subscriptions/<subscription_id>/resumption")
def resume(subscription_id: str) -> ResponseReturnValue:
    signed_in()
    with act() as now:
        hands.resume(subscription_id, now)
    flash("The plan goes on.")
    return _desk()


@blueprint.post("/last-attempt")
def after_last_attempt() -> ResponseReturnValue:
    signed_in()
    with act() as now:
        hands.after_last_attempt(request.form.get("outcome", ""), now)
    flash("Saved.")
    return _desk()


def _desk() -> ResponseReturnValue:
    return redirect(url_for("till_desk.show"), 303)


def _next() -> datetime | None:
    when = life.next_due()
    return max(when, clock.now()) if when else None


def _go_on(until: datetime) -> None:
    """At most a day at a time, and never past something that is due."""
    duties.every_minute(clock.now())
    for _ in range(MOST_STEPS):
        left = until - clock.now()
        if left <= timedelta():
            return
        due = life.next_due()
        soon = due - clock.now() if due else left
        clock.move_on(min(left, STRIDE, max(soon, timedelta(seconds=1))))
        duties.every_minute(clock.now())
    raise Refusal("conflict", f"So much happened that the clock stopped at {clock.now():%-d %B %Y}. Move it on again.")


def _cents() -> int | None:
    """What was typed, in dollars; all that is left where nothing was."""
    text = request.form.get("dollars", "").strip().removeprefix("$")
    if not text:
        return None
    try:
        return round(float(text) * 100)
    except (ValueError, OverflowError):
        raise Refusal("invalid", "Write the amount in dollars, such as 4.99.", field="dollars") from None
