"""Registering, signing in and out: pages with forms, and the same as /api calls."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from pydantic import ConfigDict
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired

from app import clock
from app.accounts import people, resetting, sign_ins
from app.accounts.models import ANY, Person
from app.billing.standing import welcome
from app.jobs import guests
from app.refusals import Refusal
from app.studio.answers import Done, Me
from app.studio.visit import look_again, signed_in, standing
from app.toolkit import Params, field, parse
from app.web import idempotency, limits, sessions
from app.web.body import fields
from app.web.described import described

blueprint = Blueprint("account", __name__)

Entry = Callable[[str, str], Person]  # from address and password to who it is


class Credentials(Params):
    model_config = ConfigDict(str_strip_whitespace=False)  # a password may begin with a space

    email: str = field(..., label="E-mail", help="Your address.", min_length=1, max_length=254)
    password: str = field(..., label="Password", help="At least eight characters.", min_length=1, max_length=1000)


class CredentialsForm(FlaskForm):  # type: ignore[misc]  # flask-wtf is untyped
    email = EmailField("E-mail", [DataRequired("Your address, please.")])
    password = PasswordField("Password", [DataRequired("A password, please.")])
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]  # flask-wtf is untyped
    old_password = PasswordField("Present password", [DataRequired("Your present password, please.")])
    password = PasswordField("New password", [DataRequired("A new password, please.")])


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    return _enter("accounts/register.html", enrolled)


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    return _enter("accounts/login.html", authenticated)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    sessions.sign_out()
    return redirect(url_for("generate.show"), 303)


@blueprint.get("/account")
def show() -> ResponseReturnValue:
    return _page(PasswordForm())


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    me, form = signed_in(), PasswordForm()
    if not form.validate():
        return _page(form), 422
    limits.spend_sign_in(me.email)
    try:
        resetting.change(me, form.old_password.data, form.password.data, clock.now())
    except Refusal as refusal:
        place = form.old_password if refusal.facts.get("field") == "old_password" else form.password
        place.errors = [refusal.message]
        return _page(form), 422 if refusal.status == 400 else refusal.status
    sessions.sign_in(me)
    flash("Your password is changed, and everybody else is signed out.")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/sessions/<int:sign_in_id>/revocation")
def revoke(sign_in_id: int) -> ResponseReturnValue:
    if not sign_ins.revoke(signed_in(), sign_in_id):
        raise Refusal("not_found", "That browser is signed out already.")
    flash("That browser is signed out.")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/sessions/revocation")
def revoke_all() -> ResponseReturnValue:
    sign_ins.revoke_all(signed_in())
    sessions.sign_out()
    flash("You are signed out everywhere.")
    return redirect(url_for("account.login"), 303)


@blueprint.post("/api/register")
@described(
    "Make an account",
    section="account",
    scope=ANY,
    answers={200: Me},
    body=Credentials,
    form=True,
    errors=("conflict", "rate_limited"),
    open_to_all=True,
    help="Signs in at once.",
)
def register_json() -> ResponseReturnValue:
    return _enter_json(enrolled)


@blueprint.post("/api/login")
@described(
    "Sign in",
    section="account",
    scope=ANY,
    answers={200: Me},
    body=Credentials,
    form=True,
    errors=("invalid_credentials", "rate_limited"),
    open_to_all=True,
    help="Sets the session cookie. One answer, in one time, for an unknown address and a wrong password.",
)
def login_json() -> ResponseReturnValue:
    return _enter_json(authenticated)


@blueprint.post("/api/logout")
@described("Sign out", section="account", scope=ANY, answers={200: Done}, open_to_all=True)
def logout_json() -> ResponseReturnValue:
    sessions.sign_out()
    return {"ok": True}


@blueprint.get("/api/me")
@described("Who you are, and what you can spend", section="account", scope=ANY, answers={200: Me})
def me_json() -> ResponseReturnValue:
    signed_in()
    return _me()


def enrolled(email: str, password: str) -> Person:
    """Somebody new; of a request that came before, the one it made then. Counted against sign-ups."""
    limits.spend_sign_up()
    try:
        return people.register(email, password, clock.now(), request.host_url)
    except Refusal as refusal:
        if refusal.code == "conflict" and idempotency.came_before():  # by this very request
            return authenticated(email, password)
        raise


def authenticated(email: str, password: str) -> Person:
    """Whose address and password these are. Counted against sign-ins."""
    limits.spend_sign_in(email)
    return people.authenticate(email, password)


def _enter(template: str, entry: Entry) -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_own_path(request.args.get("next")))
    form = CredentialsForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return render_template(template, form=form)
    if not form.validate():
        return make_response(render_template(template, form=form), 422)
    try:
        _arrive(entry(form.email.data, form.password.data))
    except Refusal as refusal:
        place = form.password if refusal.facts.get("field") == "password" else form.email
        place.errors = [refusal.message]
        return make_response(render_template(template, form=form), 422 if refusal.status == 400 else refusal.status)
    return redirect(_own_path(form.next.data), 303)


def _enter_json(entry: Entry) -> ResponseReturnValue:
    idempotency.secret()  # the cookie of the answer is one: who comes again signs in again
    given = parse(Credentials, fields())
    _arrive(entry(given.email, given.password))
    return _me()


def _arrive(person: Person) -> None:
    sessions.sign_in(person)
    if visitor := sessions.known_visitor():
        guests.adopt(visitor, person.id)
    welcome(person, clock.now())
    look_again()


def _me() -> ResponseReturnValue:
    now = standing()
    expiry = now.credits_expire_at
    return {
        "ok": True,
        "email": now.email,
        "plan": now.plan.id,
        "credits": now.credits,
        "credits_expire_at": f"{expiry:%Y-%m-%dT%H:%M:%SZ}" if expiry else None,
        "low_credits": now.low_credits,
        "retention": now.retention,
        "watermarked": now.watermarked,
    }


def _page(form: PasswordForm) -> str:
    me = signed_in()
    shared = people.first_of_box(me) != me.id
    return render_template(
        "accounts/account.html", sessions=_open_sessions(me), form=form, shared_box=shared, nav="account"
    )


def _open_sessions(me: Person) -> list[dict[str, object]]:
    token = me.get_id() or ""
    return [
        {
            "id": one.id,
            "agent": one.agent,
            "network": one.network,
            "seen_at": one.seen_at,
            "current": sign_ins.is_of(one, token),
        }
        for one in sign_ins.open_ones(me, clock.now())
    ]


def _own_path(target: str | None) -> str:
    """Where to go next: a path of this site, whatever the link said."""
    parts = urlsplit(target or "")
    own = target and target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if own and target else url_for("generate.show")
