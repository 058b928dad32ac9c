"""`/images/<id>.png`: a picture's file for whoever has the address, unless sharing is off."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.models import ANY
from app.extensions import db
from app.jobs.models import Job, Picture
from app.refusals import Refusal
from app.studio.share import visible_job
from app.studio.views import absolute
from app.web.described import described
from app.web.files import send_picture

blueprint = Blueprint("public", __name__)

KINDS = {"png": "result", "jpeg": "jpeg", "webp": "webp"}  # of the picture's row, by the end of the address


@blueprint.get("/images/<job:job_id>.<any(png, jpeg, webp):ending>")
@blueprint.get("/images/<job:job_id>-<int:number>.<any(png, jpeg, webp):ending>")
@described("A picture's file", section="key dialect", scope=ANY, answers={200: "image/png"}, open_to_all=True)
def show(job_id: str, ending: str, number: int = 1) -> ResponseReturnValue:
    job = visible_job(job_id)
    wanted = select(Picture).where(Picture.job_id == job.id, Picture.number == number, Picture.kind == KINDS[ending])
    picture = db.session.scalar(wanted.where(Picture.pruned_at.is_(None)))
    if picture is None or picture.type != f"image/{ending}":
        raise Refusal("not_found", "There is no such picture, or its file is gone.")
    return send_picture(picture, f"limn-{id_of(job, number)}", shared=job.shared, attachment=False)


def id_of(job: Job, number: int) -> str:
    """Of one picture of a job."""
    return job.id if number == 1 else f"{job.id}-{number}"


def address(job: Job, number: int, ending: str = "png") -> str:
    return absolute(f"/images/{id_of(job, number)}.{ending}")
