"""What a phone needs to put the site on its home screen."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.extensions import settings
from app.web.static import static

blueprint = Blueprint("manifest", __name__)

PAPER = "#fbf9f4"


@blueprint.get("/site.webmanifest")
def show() -> ResponseReturnValue:
    name = settings().SITE_NAME
    answer = jsonify(
        name=name,
        short_name=name,
        description="Words into pictures",
        start_url="/generate",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[{"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    answer.mimetype = "application/manifest+json"
    return answer
