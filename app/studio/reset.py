"""Forgotten passwords: asking for a link, and setting a new one behind it; pages, and the same as calls."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from pydantic import ConfigDict
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired

from app import clock
from app.accounts import people, resetting
from app.accounts.models import ANY
from app.refusals import Refusal
from app.studio.answers import Done
from app.studio.verify import GONE, secretive
from app.toolkit import Params, field, parse
from app.web import limits, sessions
from app.web.body import fields
from app.web.described import described

blueprint = Blueprint("reset", __name__)


class ResetRequest(Params):
    email: str = field(..., label="E-mail", help="The address of the account.", min_length=1, max_length=254)


class NewPassword(Params):
    model_config = ConfigDict(str_strip_whitespace=False)  # a password may begin with a space

    token: str = field(..., label="Token", help="The end of the link in the mail.", min_length=1, max_length=1000)
    password: str = field(..., label="Password", help="At least eight characters.", min_length=1, max_length=1000)


class ForgotForm(FlaskForm):  # type: ignore[misc]  # flask-wtf is untyped
    email = EmailField("E-mail", [DataRequired("Your address, please.")])


class ResetForm(FlaskForm):  # type: ignore[misc]  # flask-wtf is untyped
    password = PasswordField("New password", [DataRequired("A password, please.")])


@blueprint.route("/forgot", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    form = ForgotForm()
    if request.method == "GET":
        return _forgot(form)
    if not form.validate():
        return _forgot(form, status=422)
    try:
        return _forgot(form, sent_to=_ask(form.email.data))
    except Refusal as refusal:
        form.email.errors = [refusal.message]
        return _forgot(form, status=422 if refusal.status == 400 else refusal.status)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    form = ResetForm()
    if resetting.person_of(token, clock.now()) is None:
        return _reset(None, GONE)
    if request.method == "GET":
        return _reset(form)
    if not form.validate():
        return _reset(form, 422)
    try:
        resetting.reset(token, form.password.data, clock.now())
    except Refusal as refusal:
        if refusal.facts.get("field") == "token":  # somebody was quicker
            return _reset(None, GONE)
        form.password.errors = [refusal.message]
        return _reset(form, 422)
    sessions.sign_out()
    flash("Your new password is set. Sign in with it.")
    return redirect(url_for("account.login"), 303)


@blueprint.post("/api/password/reset-request")
@described(
    "Ask for a link to a new password",
    section="account",
    scope=ANY,
    answers={200: Done},
    body=ResetRequest,
    form=True,
    errors=("rate_limited",),
    open_to_all=True,
    help="It goes by mail, works once and for an hour. One answer, in one time, whether or not there is an account.",
)
def ask_json() -> ResponseReturnValue:
    _ask(parse(ResetRequest, fields()).email)
    return {"ok": True}


@blueprint.post("/api/password/reset")
@described(
    "Set a new password",
    section="account",
    scope=ANY,
    answers={200: Done},
    body=NewPassword,
    form=True,
    open_to_all=True,
    help="With the token of the link. Every sign-in and every token ends; API keys go on.",
)
def reset_json() -> ResponseReturnValue:
    given = parse(NewPassword, fields())
    resetting.reset(given.token, given.password, clock.now())
    return {"ok": True}


def _ask(email: str) -> str:
    """Send the link, if there is somebody. The address as it was understood."""
    address = people.address(email)
    limits.spend_mail(address)
    resetting.ask(address, request.host_url, clock.now())
    return address


def _forgot(form: ForgotForm, sent_to: str | None = None, status: int = 200) -> Response:
    return make_response(render_template("accounts/forgot.html", form=form, sent_to=sent_to), status)


def _reset(form: ResetForm | None, status: int = 200) -> Response:
    """Without a form, the page says that the link is of no use any more."""
    return secretive(render_template("accounts/reset.html", form=form), status)
