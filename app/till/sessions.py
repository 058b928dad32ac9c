"""Checkout sessions from open to complete: what happens when somebody presses Pay."""

from app.till import cards, collecting, paying, subscriptions
from app.till.changes import declined
from app.till.errors import invalid
from app.till.shapes import billing, checkout, invoices, money, shop
from app.till.store import Act, Obj


def pay(act: Act, session: Obj, card_id: str) -> bool:
    """Pay it. False if the card was declined: the session stays open. TillError if it cannot be paid any more."""
    if session["status"] != "open":
        raise invalid("This checkout is over", code="checkout_session_not_open")
    if cards.CARDS[card_id].kind not in session["payment_method_types"]:
        raise invalid("A subscription is not sold for a bank debit here", "payment_method_types")
    customer = _customer(act, session)
    paid_with = paying.method(act, card_id, customer)
    done = _subscribe(act, session, customer, paid_with) if _subscribes(session) else _buy(act, session, paid_with)
    act.save(session)
    return done


def expire(act: Act, session: Obj) -> None:
    if session["status"] != "open":
        raise invalid('Only Checkout Sessions with a status in ["open"] can be expired', "session")
    session |= {"status": "expired", "url": None}
    act.tell("checkout.session.expired", session)


def happen(act: Act, session: Obj) -> None:
    """The one thing that is due: nobody paid, or the bank debit settles."""
    if session["status"] == "open":
        expire(act, session)
        return
    session["_till"] = session["_till"] | {"settles_at": None}
    if not paying.settle(act, act.get("payment_intent", session["payment_intent"])):
        act.tell("checkout.session.async_payment_failed", session)
        return
    session["payment_status"] = "paid"
    _invoice(act, session)
    act.tell("checkout.session.async_payment_succeeded", session)


def _subscribes(session: Obj) -> bool:
    return bool(session["mode"] == "subscription")


def _customer(act: Act, session: Obj) -> Obj:
    """Theirs, or a new one for whoever came without."""
    if session["customer"]:
        return act.get("customer", session["customer"])
    customer = act.add(shop.customer(act.now, email=session["customer_email"]))
    act.tell("customer.created", customer)
    session |= {"customer": customer["id"], "customer_details": checkout.details(customer)}
    return customer


def _buy(act: Act, session: Obj, paid_with: Obj) -> bool:
    """A pack. Every attempt of a session goes on one payment intent."""
    intent = _intent(act, session)
    if paying.attempt(act, intent, paid_with, buyer_is_there=True):
        _complete(session, "paid")
        _invoice(act, session)
    elif intent["status"] == "processing":
        _complete(session, "unpaid")
        session["_till"] = session["_till"] | {"settles_at": act.now + paying.BANK_DEBIT_TAKES}
    else:
        return False
    act.tell("checkout.session.completed", session)
    return True


def _intent(act: Act, session: Obj) -> Obj:
    if session["payment_intent"]:
        return act.get("payment_intent", session["payment_intent"])
    given = session["_till"]["payment_intent_data"]
    intent = paying.intend(act, session["amount_total"], session["currency"], session["customer"], given)
    session["payment_intent"] = intent["id"]
    return intent


def _invoice(act: Act, session: Obj) -> None:
    """One for what was bought once, if the shop asked for it. It is made after the payment, and paid."""
    if not session["invoice_creation"]["enabled"]:
        return
    lines = [_bought(act, sold) for sold in session["_till"]["items"]]
    customer = act.get("customer", session["customer"])
    data = session["invoice_creation"]["invoice_data"]
    given = {"metadata": data["metadata"], "description": data["description"]}
    invoice = act.add(invoices.invoice(customer, lines, "manual", act.now, given))
    act.tell("invoice.created", invoice)
    payment = act.add(invoices.payment_of(invoice, session["payment_intent"], act.now))
    session["invoice"] = invoice["id"]
    collecting.finalise(act, invoice)
    collecting.paid_with_intent(act, invoice, payment)


def _bought(act: Act, sold: Obj) -> Obj:
    return billing.line(
        sold["description"], sold["amount_total"], act.now, act.now, sold["price"], billing.of_nothing()
    ) | {"quantity": sold["quantity"]}


def _subscribe(act: Act, session: Obj, customer: Obj, paid_with: Obj) -> bool:
    """The subscription is made when its card is good: a declined one leaves the checkout as it was."""
    asked = session["_till"]["subscription_data"]
    card, trial_days = cards.of(paid_with), asked["trial_period_days"]
    if not card.first:
        _refuse(act, session, customer, paid_with)
        return False
    item = session["_till"]["items"][0]
    invoice = subscriptions.begin(act, customer, item["price"], paid_with, trial_days, asked["given"])
    subscription_id = invoice["parent"]["subscription_details"]["subscription"]
    session |= {"subscription": subscription_id, "invoice": invoice["id"]}
    if trial_days:
        setup = act.add(money.setup_intent(customer["id"], paid_with["id"], act.now))
        act.tell("setup_intent.succeeded", setup)
    if not collecting.collect(act, invoice, buyer_is_there=True):
        raise declined()
    _complete(session, "no_payment_required" if trial_days else "paid")
    act.tell("checkout.session.completed", session)
    return True


def _refuse(act: Act, session: Obj, customer: Obj, paid_with: Obj) -> None:
    """The attempt is told, and nothing else comes of it."""
    intent = paying.intend(act, _price(session), session["currency"], customer["id"], {})
    paying.attempt(act, intent, paid_with, buyer_is_there=True)


def _complete(session: Obj, payment_status: str) -> None:
    session |= {"status": "complete", "payment_status": payment_status, "url": None}


def _price(session: Obj) -> int:
    """What it costs, after the trial."""
    return sum(int(item["amount_total"]) for item in session["_till"]["items"])
