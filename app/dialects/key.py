"""The key dialect: one picture for one POST, and the pictures so far."""

from typing import Annotated, Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import ConfigDict, Field
from sqlalchemy import func, select

from app.dialects import work
from app.dialects.answers import ImageGenerated, ImageHistory
from app.dialects.openai import models
from app.dialects.public import address, id_of
from app.engines.protocol import Task
from app.extensions import db
from app.jobs.models import Job, Picture, State
from app.studio.visit import asker, signed_in, standing
from app.toolkit import Choice, Params, field, one_of, parse
from app.toolkit.values import ModelName, model_schema
from app.tools import generate as tool
from app.web.body import json_object
from app.web.described import described

blueprint = Blueprint("key", __name__)

SIZES = tuple(Choice(size, size) for size in ("1024x1024", "1792x1024", "1024x1792"))
LAST_PAGE = 2**31 - 1


class ImageWish(Params):
    """The JSON of POST /api/images/generate. What else stands in it is ignored."""

    model_config = ConfigDict(extra="ignore")

    prompt: str = field(..., label="Prompt", help="What the picture should show.", min_length=1, max_length=1000)
    size: Annotated[str, one_of(SIZES)] = field("1024x1024", label="Size", help="In pixels.", choices=SIZES)
    style: Annotated[str, one_of(tool.LOOKS)] = field(
        "standard",
        label="Style",
        help="Standard is close to a photograph, vivid has stronger colour and contrast.",
        choices=tool.LOOKS,
    )
    model: ModelName = Field(
        None,
        title="Model",
        description="Who paints; left out, or a name of OpenAI's, the site's own choice.",
        max_length=40,
        json_schema_extra=model_schema(Task.WORDS, besides=models.ALIASES),
    )


class HistoryPage(Params):
    model_config = ConfigDict(extra="ignore")

    page: int = field(1, label="Page", help="From 1.", ge=1, le=LAST_PAGE)
    limit: int = field(20, label="Limit", help="Pictures on a page.", ge=1, le=100)


@blueprint.post("/api/images/generate")
@described(
    "Paint a picture and wait for it",
    section="key dialect",
    scope="generate",
    answers={200: ImageGenerated},
    body=ImageWish,
    errors=("content_policy", "plan_required", "out_of_credits", "spending_cap", "withheld", "engine_unavailable"),
    help="Every picture costs the same, whatever its size or style; only a model may cost more. One that takes too "
    "long is given up, uncharged.",
)
def generate() -> ResponseReturnValue:
    signed_in()
    wish = parse(ImageWish, _given(), strict=True)
    asked = {**wish.model_dump(), "model": models.ours(wish.model)}
    job = work.finished(tool.tool, tool.WiderGenerateParams.model_validate(asked))
    [picture] = work.pictures_of(job)
    return {"success": True, "image": _image(job, picture), "credits_remaining": standing().credits}


@blueprint.get("/api/images/history")
@described(
    "Your pictures, newest first",
    section="key dialect",
    scope="read",
    answers={200: ImageHistory},
    query=HistoryPage,
    help="Those whose files are kept still, however they were ordered.",
)
def history() -> ResponseReturnValue:
    signed_in()
    page = parse(HistoryPage, request.args.to_dict())
    mine = (
        select(Job, Picture)
        .join(Picture, Picture.job_id == Job.id)
        .where(asker().owns(), Job.tool == tool.tool.name, Job.state == State.SUCCEEDED)
        .where(Picture.kind == "result", Picture.pruned_at.is_(None))
    )
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    newest = mine.order_by(Job.created_at.desc(), Job.id.desc(), Picture.number)
    found = db.session.execute(newest.limit(page.limit).offset((page.page - 1) * page.limit))
    pages = -(-total // page.limit)
    return {
        "success": True,
        "images": [_image(job, picture) for job, picture in found],
        "pagination": {"page": page.page, "limit": page.limit, "total": total, "pages": pages},
    }


def _given() -> dict[str, Any]:
    """The body; what is null in it was left out, and so was all of one that is empty."""
    given = json_object() if request.get_data() else {}
    return {name: value for name, value in given.items() if value is not None}


def _image(job: Job, picture: Picture) -> dict[str, Any]:
    return {
        "id": id_of(job, picture.number),
        "url": address(job, picture.number),
        "prompt": job.params["prompt"],
        "size": f"{picture.width}x{picture.height}",
        "style": job.params.get("style") or job.facts.get("style", ""),
        "createdAt": f"{job.created_at:%Y-%m-%dT%H:%M:%SZ}",
    }
