"""`GET /api/openapi.json`."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.models import ANY
from app.site.openapi import described as described_api
from app.web.described import described

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/api/openapi.json")
@described(
    "The API as an OpenAPI document",
    section="description",
    scope=ANY,
    answers={200: "application/json"},
    open_to_all=True,
    help="OpenAPI 3.1, for code generators, API explorers and tests.",
)
def show() -> ResponseReturnValue:
    found = described_api()
    response = current_app.response_class(found.text, mimetype="application/json")
    response.set_etag(found.tag)
    return response.make_conditional(request)
