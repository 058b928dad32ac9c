"""Words into a picture: the page, its form, and POST /api/generate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.engines.catalogue import Model
from app.engines.protocol import Task
from app.extensions import db, settings
from app.jobs import lifecycle
from app.jobs.choosing import price_with
from app.jobs.models import Job
from app.refusals import Refusal
from app.studio.answers import JobAnswer, Quote, Started
from app.studio.beside import Beside, heard_at
from app.studio.models import Offer, chosen, offers
from app.studio.quote import quote, quoted
from app.studio.views import JobView, find_job, makings, view, views
from app.studio.visit import asker, look_again, ordered, standing, starter
from app.studio.waited import waited
from app.toolkit import Choice, parse
from app.tools import generate as tool
from app.web.body import json_object
from app.web.described import described
from app.web.kind import for_fragment
from app.web.prefer import patience

blueprint = Blueprint("generate", __name__)

STRIP = 11  # jobs beside the one on the stage
REMEMBERED = ("style", "aspect_ratio", "quality", "count", "model")
SUGGESTIONS = {  # a picture of static/pictures: the words that painted it
    "mountains": "snow-capped mountains above a lake at sunrise",
    "city": "a big city at night, neon",
    "fox": "a fox beside a river in autumn",
    "still-life": "a watercolor of a red teapot and two lemons on a wooden table, close-up",
    "poster": 'a poster with an owl that says "Look longer"',
    "reef": "a turtle and an octopus in a coral reef",
}
FAILURES = ("content_policy", "plan_required", "out_of_credits", "spending_cap", "withheld", "engine_unavailable")
FRAGMENTS = {402: "studio/_out_of_credits.html", 401: "studio/_sign_in_first.html"}


class GenerateBody(tool.GenerateParams, Beside):
    """The JSON of POST /api/generate."""


class Quality(NamedTuple):
    value: str
    label: str
    price: int
    sizes: dict[str, str]  # by ratio, as "1280 × 720"


@dataclass(frozen=True)
class GenerateForm:
    """What the page needs to draw the form: the tool's own description, and what was entered."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    styles: tuple[Choice, ...] = tool.STYLES
    shapes: tuple[tuple[str, int, int], ...] = tuple((ratio, *size) for ratio, size in tool.SIZES.items())
    counts: tuple[int, ...] = (1, 2, 3, 4)

    @property
    def qualities(self) -> list[Quality]:
        return [
            Quality(value, label, tool.PRICE[value], {ratio: _size(ratio, value) for ratio in tool.SIZES})
            for value, label in tool.QUALITIES
        ]

    @property
    def price(self) -> int:
        """For the values as they stand; a wrong one counts as the default."""
        count = str(self.values["count"])
        each = tool.PRICE.get(self.values["quality"], tool.PRICE["standard"])
        return price_with(self.model, each * (int(count) if count.isdecimal() else 1))

    @cached_property
    def model(self) -> Model | None:
        """Who would paint it."""
        return chosen(Task.WORDS, self.values["model"])

    @cached_property
    def models(self) -> list[Offer]:
        """Whom to choose from, with the price of a picture."""
        return offers(Task.WORDS, min(tool.PRICE.values()))


@blueprint.get("/")
def home() -> ResponseReturnValue:
    return redirect(url_for("generate.show"))


@blueprint.get("/generate")
def show() -> ResponseReturnValue:
    """The page; `?again=<id>` fills in an earlier job's words, `?prompt=` those of the link."""
    again = request.args.get("again")
    job = find_job(asker(), again) if again else None
    given = job.params if job else {"prompt": request.args.get("prompt", "")}
    return _page(GenerateForm(_values(given)), view(job) if job else None)


@blueprint.post("/generate")
def create() -> ResponseReturnValue:
    given = {name: value for name, value in request.form.items() if name != "csrf_token" and value != ""}
    try:
        params = parse(tool.GenerateParams, given)
        session.update({name: value for name, value in given.items() if name in REMEMBERED})
        job = lifecycle.start(starter(), tool.tool, params, clock.now())
    except Refusal as refusal:
        return _refused(refusal, given)
    return started(job)


@blueprint.post("/api/generate")
@described(
    "Start a picture",
    section="pictures",
    scope="generate",
    answers={200: Started | JobAnswer | Quote, 202: JobAnswer},
    waits=True,
    body=GenerateBody,
    errors=(*FAILURES, "login_required", "rate_limited"),
    open_to_all=True,
    help="Answers at once with the job to poll; with `Prefer: wait=N` it waits for the picture. "
    "Without an account one picture is free, with a small mark.",
)
def create_json() -> ResponseReturnValue:
    given = json_object()
    wanted = parse(Beside, given)
    asked = {name: value for name, value in given.items() if name not in Beside.model_fields}
    params = parse(tool.GenerateParams, asked, strict=True)
    if wanted.dry_run:
        return quote(quoted(tool.tool, params))
    who = starter()
    job = lifecycle.start(who, tool.tool, params, clock.now(), ordered(webhook_url=heard_at(wanted)))
    if patience(0, settings().WAIT_SECONDS):
        return waited(job, 0)
    return {
        "ok": True,
        "message": "Generation queued.",
        "job_id": job.id,
        "status": job.state,
        "queue_position": lifecycle.place(job),
        "watermarked": job.watermarked,
        "plan": job.plan,
        "prompt": params.prompt,
        "retention": job.retention,
        "anon": who.anonymous,
    }


def started(job: Job) -> ResponseReturnValue:
    """A job that has just begun: on the stage and in the strip, or on its own page without JavaScript."""
    if not for_fragment():
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    look_again()
    return render_template("studio/_painted.html", job=view(job))


def _page(form: GenerateForm, job: JobView | None) -> str:
    strip = recent()
    return render_template(
        "studio/generate.html",
        form=form,
        job=job or (strip[0] if strip else None),
        strip=strip,
        suggestions=SUGGESTIONS,
        nav="generate",
    )


def recent() -> list[JobView]:
    newest = select(Job).where(makings(asker())).order_by(Job.created_at.desc(), Job.id.desc()).limit(STRIP)
    return views(db.session.scalars(newest).all())


def _refused(refusal: Refusal, given: Mapping[str, Any]) -> ResponseReturnValue:
    """The form again with what is wrong, or what stands in the way."""
    form = GenerateForm(_values(given), {str(refusal.facts.get("field", "")): refusal.message})
    if refusal.code == "invalid":
        page = render_template("studio/_form.html", form=form) if for_fragment() else _page(form, None)
        return make_response(page, 422)
    if for_fragment() and refusal.status in FRAGMENTS:
        page = render_template(FRAGMENTS[refusal.status], refusal=refusal, standing=standing())
        return make_response(page, refusal.status)
    raise refusal


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Each field's value: as given, else as last chosen, else as the tool has it."""
    fields = tool.GenerateParams.model_fields
    known = {name: session[name] for name in REMEMBERED if name in session} | {
        name: value for name, value in given.items() if value is not None
    }
    defaults = {
        name: "" if field.is_required() or field.default is None else field.default for name, field in fields.items()
    }
    return defaults | {name: value for name, value in known.items() if name in fields}


def _size(ratio: str, quality: str) -> str:
    width, height = tool.size(tool.GenerateParams(prompt="size", aspect_ratio=ratio, quality=quality))
    return f"{width} × {height}"
