"""The session cookie, the key or the token of a request, and who is behind it.

Flask's signed cookie carries the token of a sign-in row (deleting the row ends it), the form token, and the id of an
anonymous visitor.
"""

import secrets

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user, login_user, logout_user

from app import clock
from app.accounts import keys, sign_ins, tokens
from app.accounts.models import Person
from app.extensions import login, settings
from app.refusals import Refusal
from app.web.network import network

VISITOR = "visitor"


class CookieSession(SecureCookieSessionInterface):
    """Secure whenever the request is, so that plain HTTP on a laptop works too."""

    def get_cookie_secure(self, _app: Flask) -> bool:
        return request.is_secure or settings().PUBLIC_URL.startswith("https:")


def init_app(app: Flask) -> None:
    app.session_interface = CookieSession()
    login.session_protection = None  # addresses change on the move; the row can be revoked
    login.user_loader(load_person)
    login.unauthorized_handler(refuse_stranger)


def load_person(token: str) -> Person | None:
    return sign_ins.person_of(token, clock.now())


def credential() -> str | None:
    """The API key or token that the request brings, which goes before its cookie."""
    if key := request.headers.get("X-API-Key"):
        return key.strip()
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def bearer(text: str) -> Person:
    """Who brings this key or token. Refuses with `invalid_credentials`."""
    look_up = keys.person_of if text.startswith(keys.PREFIX) else tokens.person_of
    person = look_up(text, clock.now())
    if person is None:
        raise Refusal("invalid_credentials", "This API key is not valid: mistyped, expired or revoked.")
    return person


def sign_in(person: Person) -> None:
    """A fresh sign-in: nothing of an earlier one survives, except which visitor this browser was."""
    if earlier := current_user.get_id():
        sign_ins.end(earlier)
    person.token = sign_ins.open_sign_in(person, request.user_agent.string, network(), clock.now())
    _start_anew()
    session.permanent = True
    login_user(person)


def sign_out() -> None:
    if token := current_user.get_id():
        sign_ins.end(token)
    logout_user()
    _start_anew()


def _start_anew() -> None:
    visitor = known_visitor()
    session.clear()
    if visitor:
        session[VISITOR] = visitor


def known_visitor() -> str | None:
    """The id of this browser, if it ever started a job without an account."""
    return session.get(VISITOR)


def name_visitor() -> None:
    if VISITOR not in session:
        session[VISITOR] = secrets.token_urlsafe(16)
        session.permanent = True


def refuse_stranger() -> None:
    raise Refusal("login_required", "Sign in to do this.")
