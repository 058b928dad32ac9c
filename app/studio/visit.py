"""Who is here: the asker of this request and their standing, looked up once."""

from flask import Flask, g, request
from flask_login import current_user

from app import clock
from app.accounts.models import Person
from app.billing.plans import FREE
from app.billing.standing import ANONYMOUS, Standing, standing_of, welcome
from app.extensions import settings
from app.jobs.asker import Asker
from app.refusals import Refusal
from app.tools.generate import PRICE
from app.web import limits
from app.web.network import network
from app.web.sessions import known_visitor, name_visitor

POLLING = ("jobs.show_json",)


def init_visits(app: Flask) -> None:
    app.before_request(receive)
    app.context_processor(what_every_page_knows)


def what_every_page_knows() -> dict[str, object]:
    return {
        "standing": standing(),
        "site_name": settings().SITE_NAME,
        "nav": "",
        "free": FREE,
        "prices": list(PRICE.values()),
    }


def receive() -> None:
    """Grant what the visit brings, and count the request if it is one that counts."""
    if request.endpoint in (None, "static"):
        return
    if me := person():
        g.standing = welcome(me, clock.now())
    if request.path.startswith("/api/") and request.endpoint not in POLLING:
        who = f"person {me.id}" if me else network()
        limits.spend_request(who, paid=me is not None and standing().plan.paid)


def person() -> Person | None:
    if "person" not in g:
        g.person = current_user._get_current_object() if current_user.is_authenticated else None
    found: Person | None = g.person
    return found


def signed_in() -> Person:
    """The person behind this request. Refuses a stranger with `login_required`."""
    me = person()
    if me is None:
        raise Refusal("login_required", "Sign in to do this.")
    return me


def standing() -> Standing:
    """Fresh on every call within a request that changed it: see `look_again`."""
    if "standing" not in g:
        me = person()
        g.standing = standing_of(me, clock.now()) if me else ANONYMOUS
    found: Standing = g.standing
    return found


def look_again() -> None:
    """The balance or the person changed during this request."""
    g.pop("person", None)
    g.pop("standing", None)


def asker() -> Asker:
    if me := person():
        return Asker(standing(), person_id=me.id)
    return Asker(standing(), visitor=known_visitor(), network=network())


def starter() -> Asker:
    """The asker of a new job. A visitor gets their cookie now, and not for merely looking."""
    if person() is None:
        name_visitor()
    return asker()
