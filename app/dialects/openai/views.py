"""POST /v1/images/generations, edits and variations; GET /v1/models."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.accounts.models import ANY
from app.dialects import work
from app.dialects.openai import answers, files, models, sent
from app.dialects.openai.asked import Asked, AskedToPaint, Edit, Generation, Variation, read
from app.dialects.openai.stream import stream
from app.jobs.inputs import Order, Upload
from app.studio.visit import signed_in
from app.toolkit import PICTURE, FileField, Params, Tool
from app.tools import generate, image_to_image, magic_edit
from app.web.body import json_object
from app.web.described import described

blueprint = Blueprint("openai", __name__, url_prefix="/v1")

WITH_FILES = ("openai.edit", "openai.vary")
MASK = FileField("mask", "Mask", "A picture of the same shape: what is transparent is painted anew.", required=False)
FAILURES = (
    "plan_required",
    "out_of_credits",
    "spending_cap",
    "withheld",
    "engine_unavailable",
    "timeout",
    "out_of_memory",
)
OF_FILES = (*FAILURES, "too_large", "not_a_picture", "unreadable", "password_needed", "too_many_pixels")


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anybody reads the body: here it may hold files, of people with an account."""
    if endpoint in WITH_FILES:
        signed_in()
        request.max_content_length = files.most_bytes()


@blueprint.post("/images/generations")
@described(
    "Paint pictures from words",
    section="openai dialect",
    scope="generate",
    answers={200: answers.ImagesAnswer},
    body=Generation,
    streams=True,
    errors=("content_policy", "not_found", *FAILURES),
    help="With `stream` the answer is `text/event-stream`: an `image_generation.completed` event for each picture, and "
    "before it `image_generation.partial_image` events, where previews were asked for and the model has some.",
)
def generation() -> ResponseReturnValue:
    signed_in()
    asked = read(Generation, json_object(), strict=True)
    params = generate.WiderGenerateParams.model_validate(asked.wider())
    return _made(generate.tool, params, Order(), asked, "image_generation")


@blueprint.post("/images/edits")
@described(
    "Edit a picture",
    section="openai dialect",
    scope="tools",
    answers={200: answers.ImagesAnswer},
    body=Edit,
    streams=True,
    files=(PICTURE, MASK),
    errors=("content_policy", "not_found", *OF_FILES),
    help="With a mask what it leaves transparent is painted anew, without one the whole picture. JSON is taken too, "
    "with `images` and `mask` as data addresses. With `stream`, `image_edit.completed` and `.partial_image` events.",
)
def edit() -> ResponseReturnValue:
    if request.mimetype == files.FORM:
        uploads, given, strict = files.sent(), _form(), False
    else:
        given, strict = json_object(), True
        uploads = files.written_out(given)
    asked = read(Edit, given, strict=strict)
    tool, params = _edited(asked, uploads)
    return _made(tool, params, Order(uploads, "picture"), asked, "image_edit")


@blueprint.post("/images/variations")
@described(
    "Paint other pictures like one",
    section="openai dialect",
    scope="tools",
    answers={200: answers.ImagesAnswer},
    body=Variation,
    files=(PICTURE,),
    errors=("not_found", *OF_FILES),
)
def vary() -> ResponseReturnValue:
    uploads = files.sent()
    asked = read(Variation, _form(), strict=False)
    params = image_to_image.WiderImageToImageParams.model_validate(asked.wider())
    return _made(image_to_image.tool, params, Order(uploads, "picture"), asked, "")


@blueprint.get("/models")
@described("The models", section="openai dialect", scope=ANY, answers={200: answers.ModelList})
def list_models() -> ResponseReturnValue:
    signed_in()
    return {"object": "list", "data": [models.as_json(name) for name in models.names()]}


@blueprint.get("/models/<name>")
@described("A model", section="openai dialect", scope=ANY, answers={200: answers.ModelAnswer})
def show_model(name: str) -> ResponseReturnValue:
    signed_in()
    models.refuse_unknown(name)
    return models.as_json(name)


def _made(tool: Tool, params: Params, order: Order, asked: Asked, name: str) -> ResponseReturnValue:
    if isinstance(asked, AskedToPaint) and asked.stream:
        return stream(tool, params, order, asked, name)
    return sent.answer(work.finished(tool, params, order), asked)


def _edited(asked: Edit, uploads: list[Upload]) -> tuple[Tool, Params]:
    """What is see-through in a mask is painted anew; without one, all of the picture."""
    if len(uploads) > 1:
        params = magic_edit.WiderMagicEditParams.model_validate({**asked.wider(), "repaint": "transparent"})
        return magic_edit.tool, params
    given = {**asked.wider(), "strength": asked.strength}
    return image_to_image.tool, image_to_image.WiderImageToImageParams.model_validate(given)


def _form() -> dict[str, Any]:
    """Its fields; an empty one was left out."""
    return {name: value for name, value in request.form.items() if value != ""}
