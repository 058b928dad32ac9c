"""One job: its page, its fragments, its JSON; canceling, repeating, sharing."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update

from app import clock
from app.accounts.models import ANY, WORK
from app.extensions import db, transaction
from app.jobs import lifecycle, previews
from app.jobs.inputs import Order, inputs_of
from app.jobs.models import Job, Picture
from app.refusals import Refusal
from app.studio.answers import JobAnswer, ToolAnswer
from app.studio.generate import started
from app.studio.models import without_lost_model
from app.studio.views import SHOWN, as_json, find_job, view
from app.studio.visit import asker, look_again, ordered, signed_in, starter
from app.toolkit import Params, field, parse
from app.tools import TOOLS
from app.web.body import fields
from app.web.described import described
from app.web.files import send_picture
from app.web.kind import for_api, for_fragment

blueprint = Blueprint("jobs", __name__)

SHAPES = {
    "frame": "jobs/_frame.html",
    "job": "jobs/_job.html",
    "tile": "jobs/_tile.html",
    "row": "tools/_row.html",
    "stage": "tools/_stage.html",
}


class Sharing(Params):
    on: bool = field(..., label="on", help="Whether the links are open.")


@blueprint.get("/jobs/<job_id>")
def show(job_id: str) -> ResponseReturnValue:
    """The page of a job; for htmx the shape that asks, `?as=frame|job|tile`."""
    job = view(find_job(asker(), job_id))
    template = SHAPES.get(request.args.get("as", "job"), SHAPES["job"]) if for_fragment() else "jobs/page.html"
    return render_template(template, job=job, oob=for_fragment() and not job.waiting, nav="history")


@blueprint.get("/api/job/<job_id>")
@described(
    "How a job is doing",
    section="jobs",
    scope=ANY,
    answers={200: JobAnswer | ToolAnswer},
    errors=("not_found",),
    open_to_all=True,
    help="Free, and never counted against a limit. Poll it about every two seconds, or have a webhook called.",
)
def show_json(job_id: str) -> ResponseReturnValue:
    who = asker()
    return as_json(find_job(who, job_id), who)


@blueprint.get("/jobs/<job_id>/<any(before, matte, mask):kind>")
def side(job_id: str, kind: str) -> ResponseReturnValue:
    """A file beside the result, the owner's alone: what came in, the matte, the mask."""
    job = find_job(asker(), job_id)
    found = select(Picture).where(Picture.job_id == job.id, Picture.kind == kind, Picture.pruned_at.is_(None))
    picture = db.session.scalar(found.order_by(Picture.number.desc()).limit(1))
    if picture is None or picture.type not in SHOWN:
        raise Refusal("not_found", "There is no such file, or it is gone.")
    return send_picture(picture, kind, shared=False, attachment=False)


@blueprint.get("/jobs/<job_id>/preview/<int:number>")
def preview(job_id: str, number: int) -> ResponseReturnValue:
    """How a picture looks that is being painted, the owner's alone; gone once it is done."""
    newest = previews.newest(find_job(asker(), job_id).id, number)
    if newest is None:
        raise Refusal("not_found", "There is no preview of this picture.")
    response = Response(newest[1], mimetype="image/png")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/jobs/<job_id>/cancellation")
@blueprint.post("/api/job/<job_id>/cancellation")
@described(
    "Stop a job",
    section="jobs",
    scope=WORK,
    answers={200: JobAnswer | ToolAnswer},
    errors=("not_found", "conflict"),
    open_to_all=True,
    help="One that waits or runs; what it held comes back.",
)
def cancel(job_id: str) -> ResponseReturnValue:
    """Stop a job that waits or runs; its credits come back. Of one that has ended nothing changes: `conflict`."""
    who = asker()
    if not lifecycle.cancel(who, job_id, clock.now()):
        ended = find_job(who, job_id)
        if for_api():
            raise Refusal("conflict", f"This job has {ended.state} already.")
    look_again()
    return _after_change(job_id)


@blueprint.post("/jobs/<job_id>/repeat")
def repeat(job_id: str) -> ResponseReturnValue:
    """The same once more, with another seed."""
    before = find_job(asker(), job_id)
    tool = TOOLS[before.tool]
    asked = without_lost_model(before.params, tool.paints)
    params = parse(tool.stored_as, asked | {name: None for name in ("seed",) if name in asked})
    order = Order(inputs_of(before, tool), before.file_name, again=True) if tool.files else Order()
    job = lifecycle.start(starter(), tool, params, clock.now(), ordered(order))
    if for_fragment() and tool.files:
        look_again()
        return render_template("tools/_row.html", job=view(job))
    return started(job)


@blueprint.post("/jobs/<job_id>/sharing")
@blueprint.post("/api/job/<job_id>/sharing")
@described(
    "Open or close a job's share links",
    section="jobs",
    scope=WORK,
    answers={200: JobAnswer | ToolAnswer},
    body=Sharing,
    errors=("not_found",),
)
def set_sharing(job_id: str) -> ResponseReturnValue:
    """Switch a job's share links on or off (`on`: 1 or 0)."""
    me = signed_in()
    shared = parse(Sharing, {name: value for name, value in fields().items() if name != "csrf_token"}).on
    with transaction() as tx:
        mine = update(Job).where(Job.id == job_id, Job.person_id == me.id)
        if tx.execute(mine.values(shared=shared).returning(Job.id)).first() is None:
            raise Refusal("not_found", "There is no such job.")
    return _after_change(job_id)


def _after_change(job_id: str) -> ResponseReturnValue:
    if for_api():
        return show_json(job_id)
    if for_fragment():
        return render_template("jobs/_job.html", job=view(find_job(asker(), job_id)), oob=True)
    return redirect(url_for("jobs.show", job_id=job_id), 303)
