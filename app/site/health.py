"""For whoever watches: is the process alive, and can it and the models do their work?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.extensions import models
from app.jobs import painters
from app.jobs.models import Readiness
from app.jobs.painters import NOBODY
from app.refusals import Refusal

blueprint = Blueprint("health", __name__)

NO_DATABASE = {"ok": False, "missing": "database"}


@blueprint.get("/health/live")
def live() -> ResponseReturnValue:
    return {"ok": True}


@blueprint.get("/health/ready")
def ready() -> ResponseReturnValue:
    """Whether the site can take jobs. How its models are stands beside it: jobs wait for them."""
    try:
        return {"ok": True, "models": _models()}
    except SQLAlchemyError:
        return NO_DATABASE, 503


@blueprint.get("/health/ready/<model>")
def model_ready(model: str) -> ResponseReturnValue:
    """Whether a worker is ready to paint with this model."""
    if model not in models():
        raise Refusal("not_found", "There is no such model.")
    try:
        state = _models()[model]
    except SQLAlchemyError:
        return NO_DATABASE, 503
    ok = state == Readiness.READY
    return {"ok": ok, "models": {model: state}}, 200 if ok else 503


def _models() -> dict[str, str]:
    standings = painters.standings(clock.now())
    return {name: standings.get(name, NOBODY).state or "nobody" for name in models()}
