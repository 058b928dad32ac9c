"""`/<id>`: the page of a picture and, with `?raw=1`, its file, open to whoever has the link unless sharing is off."""

from dataclasses import replace
from pathlib import PurePath

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.billing.plans import FREE
from app.extensions import db
from app.jobs.models import Job, Picture, State
from app.refusals import Refusal
from app.studio.views import SHOWN, absolute, view
from app.studio.visit import asker
from app.web.files import send_picture

blueprint = Blueprint("share", __name__)

FILES = {"thumb": "thumb", "preview": "preview", "raw": "result", "download": "result"}  # by what the address asks for


@blueprint.get("/<job:job_id>")
@blueprint.get("/<job:job_id>/<int:number>")
def show(job_id: str, number: int = 1) -> ResponseReturnValue:
    job = visible_job(job_id)
    for asked, kind in FILES.items():
        if asked in request.args:
            return _file(job, number, kind)
    return _page(job, number)


def visible_job(job_id: str) -> Job:
    """A finished job that is shared, or the asker's own."""
    open_to_asker = Job.shared | asker().owns()
    job = db.session.scalar(select(Job).where(Job.id == job_id, Job.state == State.SUCCEEDED, open_to_asker))
    if job is None:
        raise Refusal("not_found", "There is no picture at this address.")
    return job


def _file(job: Job, number: int, kind: str) -> ResponseReturnValue:
    wanted = select(Picture).where(Picture.job_id == job.id, Picture.number == number, Picture.kind == kind)
    picture = db.session.scalar(wanted.where(Picture.pruned_at.is_(None)))
    if picture is None:
        raise Refusal("not_found", f"This picture's file is gone: on {FREE.title} they are kept for {FREE.retention}.")
    name = (PurePath(job.file_name).stem or f"limn-{job.id[:8]}") + (f"-{number}" if number > 1 else "")
    attachment = "download" in request.args or picture.type not in SHOWN
    return send_picture(picture, name, shared=job.shared, attachment=attachment)


def _page(job: Job, number: int) -> ResponseReturnValue:
    seen = view(job)
    picture = next((one for one in seen.pictures if one.number == number), None)
    if picture is None:
        raise Refusal("not_found", "There is no picture at this address.")
    others = [one for one in seen.pictures if one.number != number]
    return render_template(
        "studio/share.html",
        job=replace(seen, pictures=[picture]),
        picture=picture,
        others=others,
        page_url=absolute(picture.page_url),
        image_url=absolute(picture.raw_url),
        title=seen.prompt or seen.title,
        description=" · ".join(seen.facts),
    )
