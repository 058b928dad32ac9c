"""Verifying an address: the page behind the link, whose button does it, and the mail once more.

A program that looks at links in mail opens the page and changes nothing.
"""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts import verifying
from app.studio.visit import person, signed_in
from app.web import limits

blueprint = Blueprint("verify", __name__)

GONE = 410


@blueprint.get("/verify/<token>")
def show(token: str) -> ResponseReturnValue:
    address = verifying.address_of(token, clock.now())
    if address is None:
        return _too_old()
    return secretive(render_template("accounts/verify.html", address=address))


@blueprint.post("/verify/<token>")
def verify(token: str) -> ResponseReturnValue:
    if not verifying.verify(token, clock.now()):
        return _too_old()
    flash("Your address is confirmed.")
    return redirect(url_for("generate.show"), 303)


@blueprint.post("/account/verification")
def ask_again() -> ResponseReturnValue:
    me = signed_in()
    if me.verified_at:
        flash("Your address is confirmed already.")
    else:
        limits.spend_mail(me.email)
        verifying.ask_again(me, request.host_url, clock.now())
        flash(f"A link is on its way to {me.email}.")
    return redirect(url_for("account.show"), 303)


def secretive(page: str, status: int = 200) -> Response:
    """A page whose address lets somebody act: no cache keeps it, and no other site hears of it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"  # not "no-referrer": forms under HTTPS are held to theirs
    return response


def _too_old() -> Response:
    return secretive(render_template("accounts/verify.html", address=None, known=person() is not None), GONE)
