"""For whoever watches: is the process alive, and can it do its work?"""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> ResponseReturnValue:
    return {"ok": True}


@blueprint.get("/health/ready")
def ready() -> ResponseReturnValue:
    try:
        db.session.scalar(select(1))
    except SQLAlchemyError:
        return {"ok": False, "missing": "database"}, 503
    return {"ok": True}
