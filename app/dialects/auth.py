"""Signing up and in for programs: the answer is a token, and no cookie is set."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import ConfigDict

from app import clock
from app.accounts import tokens
from app.accounts.models import ANY, Person
from app.billing.standing import welcome
from app.dialects.answers import Entered
from app.studio.account import Credentials, authenticated, enrolled
from app.toolkit import parse
from app.web import idempotency
from app.web.body import fields
from app.web.described import described
from app.web.network import network

blueprint = Blueprint("auth", __name__)


class Entrance(Credentials):
    """What else stands in the body is ignored, as everywhere in this dialect."""

    model_config = ConfigDict(extra="ignore")


@blueprint.post("/api/auth/register")
@described(
    "Make an account and get a token",
    section="key dialect",
    scope=ANY,
    answers={200: Entered},
    body=Entrance,
    form=True,
    errors=("conflict",),
    open_to_all=True,
)
def register() -> ResponseReturnValue:
    given = _given()
    return _entered(enrolled(given.email, given.password))


@blueprint.post("/api/auth/login")
@described(
    "Get a token",
    section="key dialect",
    scope=ANY,
    answers={200: Entered},
    body=Entrance,
    form=True,
    open_to_all=True,
    help="It lasts as long as TOKEN_MINUTES says, and ends with its sign-in on the account page.",
)
def login() -> ResponseReturnValue:
    given = _given()
    return _entered(authenticated(given.email, given.password))


def _given() -> Entrance:
    idempotency.secret()  # the answer holds a token: who comes again gets another
    return parse(Entrance, fields())


def _entered(person: Person) -> ResponseReturnValue:
    now = clock.now()
    standing = welcome(person, now)
    token = tokens.issue(person, request.user_agent.string, network(), now)
    user = {"id": person.id, "email": person.email, "plan": standing.plan.id, "credits": standing.credits}
    return {"success": True, "token": token, "user": user}
