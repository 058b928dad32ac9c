"""The test checkout's pages: paying, the portal, invoices. No money moves, and every page says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.extensions import settings
from app.payments import test_events
from app.refusals import Refusal
from app.till import cards, hands, pdf, showing
from app.till.errors import TillError

blueprint = Blueprint("till", __name__, url_prefix="/test-checkout")

DECLINED = "The bank said no to this card. Nothing was charged; choose another one."


@blueprint.before_request
def only_in_play() -> None:
    """With Stripe's key, and in production, there are no such pages."""
    if not settings().test_checkout:
        raise Refusal("not_found", "There is nothing at this address.")


@blueprint.app_template_filter()
def moment(seconds: int) -> datetime:
    """Stripe's time as ours."""
    return datetime.fromtimestamp(seconds, UTC)


@contextmanager
def act() -> Iterator[datetime]:
    """Something is done at the test checkout, and the webhook hears of it at once. Refuses what the till refuses."""
    now = clock.now()
    try:
        yield now
    except TillError as error:
        raise Refusal("conflict", str(error)) from error
    test_events.deliver(now)


@contextmanager
def said() -> Iterator[None]:
    """A look at something. Refuses what is not there, and what cannot be."""
    try:
        yield
    except TillError as error:
        raise Refusal("not_found" if error.status == 404 else "conflict", str(error)) from error


@blueprint.get("/pay/<session_id>")
def pay(session_id: str) -> ResponseReturnValue:
    return _pay_page(session_id)


@blueprint.post("/pay/<session_id>")
def do_pay(session_id: str) -> ResponseReturnValue:
    """Pressed twice, it is paid once: the second press finds it paid and goes on."""
    with said():
        session = showing.pay(session_id, clock.now()).session
    if session["status"] == "open":
        with act() as now:
            works = hands.pay(session_id, _card(), now)
        if not works:
            return _pay_page(session_id, DECLINED), 402
    return redirect(_after(session), 303)


@blueprint.get("/portal/<session_id>")
def portal(session_id: str) -> ResponseReturnValue:
    """The portal's front page, or at once the page that the link is for."""
    with said():
        seen = showing.at_portal(session_id, clock.now())
    flow = seen.session["flow"]
    if flow and flow["type"] == "subscription_update_confirm" and not request.args.get("home"):
        wanted = flow["subscription_update_confirm"]["items"][0]["price"]
        return redirect(url_for("till.change", session_id=session_id, price=wanted))
    return render_template("till/portal.html", seen=seen, cards=_cards(), flow=flow["type"] if flow else None)


@blueprint.get("/portal/<session_id>/change")
def change(session_id: str) -> ResponseReturnValue:
    return _change_page(session_id, request.args.get("price", ""))


@blueprint.post("/portal/<session_id>/change")
def do_change(session_id: str) -> ResponseReturnValue:
    seen, price = _portal(session_id), request.form.get("price", "")
    try:
        hands.change_item(_subscription(seen), price, clock.now(), seen.session["configuration"])
    except TillError as error:
        if error.status != 402:
            raise Refusal("conflict", str(error)) from error
        return _change_page(session_id, price, DECLINED), 402
    test_events.deliver(clock.now())
    flash("Your plan is changed. No money moved.")
    return redirect(_back(seen), 303)


@blueprint.post("/portal/<session_id>/card")
def do_change_card(session_id: str) -> ResponseReturnValue:
    seen = _portal(session_id)
    with act() as now:
        hands.change_card(seen.customer["id"], _card(), now)
    flash("From now on it is paid with the other card.")
    return redirect(url_for("till.portal", session_id=session_id, home=1), 303)


@blueprint.post("/portal/<session_id>/cancellation")
def do_cancel(session_id: str) -> ResponseReturnValue:
    seen = _portal(session_id)
    at_once = seen.features["subscription_cancel"]["mode"] == "immediately"
    with act() as now:
        (hands.cancel_now if at_once else hands.cancel)(_subscription(seen), now)
    flash("Your plan is over." if at_once else "Your plan ends with what is paid.")
    return redirect(_back(seen), 303)


@blueprint.post("/portal/<session_id>/keeping")
def do_keep(session_id: str) -> ResponseReturnValue:
    seen = _portal(session_id)
    with act() as now:
        hands.keep(_subscription(seen), now)
    flash("Your plan goes on as it is.")
    return redirect(url_for("till.portal", session_id=session_id, home=1), 303)


@blueprint.get("/invoices/<invoice_id>")
def invoice(invoice_id: str) -> ResponseReturnValue:
    return _invoice_page(invoice_id)


@blueprint.post("/invoices/<invoice_id>")
def do_pay_invoice(invoice_id: str) -> ResponseReturnValue:
    with act() as now:
        works = hands.pay_invoice(invoice_id, _card(), now)
    if not works:
        return _invoice_page(invoice_id, DECLINED), 402
    flash("The invoice is paid. No money moved.")
    return redirect(url_for("till.invoice", invoice_id=invoice_id), 303)


@blueprint.get("/invoices/<invoice_id>/pdf")
def invoice_pdf(invoice_id: str) -> ResponseReturnValue:
    with said():
        found, customer = showing.invoice(invoice_id, clock.now())
    lines = [f"{line['description']}: {_dollars(line['amount'])}" for line in found["lines"]["data"]]
    head = ["Test checkout: no money moved.", "", f"Invoice {found['number'] or 'draft'}", customer["email"] or "", ""]
    written = pdf.page([*head, *lines, "", f"Total {_dollars(found['total'])}, {found['status']}"])
    named = {"Content-Disposition": f'inline; filename="{found["number"] or invoice_id}.pdf"'}
    return Response(written, mimetype="application/pdf", headers=named)


@blueprint.get("/receipts/<charge_id>")
def receipt(charge_id: str) -> ResponseReturnValue:
    with said():
        charge, customer = showing.receipt(charge_id, clock.now())
    return render_template("till/receipt.html", charge=charge, customer=customer)


def _pay_page(session_id: str, wrong: str = "") -> str:
    with said():
        seen = showing.pay(session_id, clock.now())
    return render_template("till/pay.html", seen=seen, wrong=wrong, chosen=request.form.get("card"), after=_after)


def _change_page(session_id: str, price: str, wrong: str = "") -> str:
    with said():
        offer = showing.offer(session_id, price, clock.now())
    return render_template("till/change.html", seen=_portal(session_id), offer=offer, wrong=wrong)


def _invoice_page(invoice_id: str, wrong: str = "") -> str:
    with said():
        found, customer = showing.invoice(invoice_id, clock.now())
    return render_template("till/invoice.html", invoice=found, customer=customer, cards=_cards(), wrong=wrong)


def _portal(session_id: str) -> showing.Portal:
    with said():
        return showing.at_portal(session_id, clock.now())


def _subscription(seen: showing.Portal) -> str:
    if seen.subscription is None:
        raise Refusal("conflict", "There is no plan any more. Nothing was charged.")
    return str(seen.subscription["id"])


def _after(session: dict[str, str]) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _back(seen: showing.Portal) -> str:
    """Where the link said to go afterwards, else the portal's front page."""
    flow = seen.session["flow"]
    if flow and flow["after_completion"]["type"] == "redirect":
        return str(flow["after_completion"]["redirect"]["return_url"])
    return url_for("till.portal", session_id=seen.session["id"], home=1)


def _card() -> str:
    chosen = request.form.get("card", "")
    if chosen not in cards.CARDS:
        raise Refusal("invalid", "Choose a card first. Nothing was charged.", field="card")
    return chosen


def _cards() -> list[cards.Card]:
    return [card for card in cards.CARDS.values() if not card.bank_debit]


def _dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) / 100:,.2f}"
