"""Everything somebody made, newest first, page by page along the index."""

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, tuple_

from app.extensions import db
from app.jobs.models import Job
from app.refusals import Refusal
from app.studio.views import makings, views
from app.studio.visit import asker
from app.web.kind import for_fragment

blueprint = Blueprint("history", __name__)

PAGE = 24


@blueprint.get("/history")
def show() -> ResponseReturnValue:
    page = select(Job).where(makings(asker())).order_by(Job.created_at.desc(), Job.id.desc()).limit(PAGE + 1)
    if after := request.args.get("after"):
        page = page.where(tuple_(Job.created_at, Job.id) < tuple_(*_cursor(after)))
    found = list(db.session.scalars(page))
    jobs, more = found[:PAGE], len(found) > PAGE
    next_url = url_for("history.show", after=f"{jobs[-1].created_at.isoformat()}_{jobs[-1].id}") if more else None
    template = "studio/_history.html" if for_fragment() and after else "studio/history.html"
    return render_template(template, jobs=views(jobs), next_url=next_url, nav="history")


def _cursor(text: str) -> tuple[datetime, str]:
    """The last job of the page before, as its moment and id."""
    moment, _, job_id = text.rpartition("_")
    try:
        return datetime.fromisoformat(moment), job_id
    except ValueError:
        raise Refusal("invalid", "This is no page of the history.", field="after") from None
