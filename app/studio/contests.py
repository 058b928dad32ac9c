"""Contesting a refusal: one press puts the prompt into the operator's queue. Open to guests, and free."""

from typing import Literal

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData
from pydantic import Field

from app import clock
from app.jobs import contests
from app.jobs.policy import hash_of, signer
from app.refusals import Refusal
from app.studio.answers import Answer
from app.studio.visit import asker
from app.toolkit import Params, field, parse
from app.web import limits
from app.web.body import json_object
from app.web.described import described
from app.web.kind import for_fragment

blueprint = Blueprint("contests", __name__)

GOOD_FOR = 7 * 86_400  # seconds
LONGEST_NOTE = 64_000
LOOKED_AT = "Thank you. Somebody looks at it; if it is harmless, these words pass from then on. Nothing was charged."
KNOWN = "These words are with us already. Nothing was charged."


class ContestParams(Params):
    contest: str = field(
        ..., label="Note", help="The note that came with the refusal.", min_length=1, max_length=LONGEST_NOTE
    )


class Filed(Answer):
    status: Literal["filed", "known"] = Field(description="`known`: the same words were contested before.")
    message: str


@blueprint.post("/api/contests")
@described(
    "Contest a refusal",
    section="content policy",
    scope="generate",
    answers={200: Filed},
    body=ContestParams,
    errors=("rate_limited",),
    open_to_all=True,
    help="A `content_policy` refusal brings a note named `contest`. Send it here and the operator looks at the prompt.",
)
def create_json() -> ResponseReturnValue:
    new = _file(parse(ContestParams, json_object(), strict=True).contest)
    return {"ok": True, "status": "filed" if new else "known", "message": _told(new)}


@blueprint.post("/contests")
def create() -> ResponseReturnValue:
    told = _told(_file(request.form.get("contest", "")))
    return render_template("errors/_contested.html" if for_fragment() else "errors/contested.html", told=told)


def _file(note: str) -> bool:
    """True if the words are new to the queue. Refuses a note that is not ours, or too old."""
    try:
        prompt, category = signer().loads(note, max_age=GOOD_FOR)
    except BadData as error:
        message = "This note is not one of ours, or older than a week. Ask for the picture again."
        raise Refusal("invalid", message, field="contest") from error
    limits.spend_contest()
    return contests.file(asker(), prompt, category, hash_of(prompt), clock.now())


def _told(new: bool) -> str:
    return LOOKED_AT if new else KNOWN
