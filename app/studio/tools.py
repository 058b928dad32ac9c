"""The tools that work on pictures: their pages, their forms, and POST /api/<tool>."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import clock
from app.accounts.models import ANY
from app.extensions import db, settings
from app.imaging.bounds import MB
from app.jobs import lifecycle, ordering
from app.jobs.inputs import Order
from app.jobs.models import Job, State
from app.refusals import Refusal
from app.studio.answers import Quote, ToolAnswer, ToolList
from app.studio.beside import BesideFile, beside, heard_at
from app.studio.models import written_out
from app.studio.quote import quote, quoted
from app.studio.tool_page import ToolPage
from app.studio.uploads import FILES_PER_FORM, most_bytes, orders, wishes
from app.studio.views import JobView, find_job, view, views
from app.studio.visit import asker, look_again, ordered, signed_in, standing
from app.studio.waited import waited
from app.studio.zips import stream_zip
from app.toolkit import Tool, parse
from app.tools import TOOLS
from app.web.body import fields
from app.web.described import Endpoint, describe, described
from app.web.kind import for_api, for_fragment

blueprint = Blueprint("tools", __name__)

WITH_FILES = {name: tool for name, tool in TOOLS.items() if tool.files}
FAILURES = (
    "out_of_credits",
    "spending_cap",
    "not_found",
    "conflict",
    "too_large",
    "not_a_picture",
    "unreadable",
    "password_needed",
    "too_many_pixels",
    "timeout",
    "out_of_memory",
    "rate_limited",
)
FRAGMENTS = {402: "studio/_out_of_credits.html"}
LONGEST_REMEMBERED = 40  # characters of a value: the session is a cookie


@blueprint.url_value_preprocessor
def make_room(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anybody reads the body: here it may hold files, of people with an account."""
    tool = WITH_FILES.get((values or {}).get("name", "") or request.path.removeprefix("/api/"))
    if tool is not None and request.method == "POST":
        signed_in()
        request.max_content_length = most_bytes(tool, 1 if for_api() else FILES_PER_FORM)


@blueprint.get("/tools")
def index() -> ResponseReturnValue:
    return render_template("tools/index.html", tools=list(WITH_FILES.values()), nav="tools")


@blueprint.get("/tools/<name>")
def show(name: str) -> ResponseReturnValue:
    """The page; `?job=` works on that result, `?again=` restores an earlier run, `?batch=` and `?show=` show some."""
    return _page(_tool(name), {})


@blueprint.post("/tools/<name>")
def create(name: str) -> ResponseReturnValue:
    tool = _tool(name)
    given = wishes(tool)
    try:
        jobs = list(_start_all(tool, given))
    except Refusal as refusal:
        return _refused(tool, refusal, given)
    look_again()
    if not for_fragment():
        where = f"batch={jobs[0].batch}" if jobs[0].batch else f"show={jobs[0].id}"
        return redirect(f"/tools/{name}?{where}", 303)
    rows = views(jobs)  # the first brings the balance along
    return "".join(render_template("tools/_row.html", job=row, oob=row is rows[0]) for row in rows)


@blueprint.get("/batches/<job:batch>.zip")
def download(batch: str) -> ResponseReturnValue:
    """Everything that came of files sent together."""
    theirs = select(Job).where(asker().owns(), Job.batch == batch, Job.state == State.SUCCEEDED)
    jobs = db.session.scalars(theirs.order_by(Job.created_at, Job.id)).all()
    return stream_zip(jobs)


@blueprint.get("/api/tools")
@described("What there is, and what it costs", section="tools", scope=ANY, answers={200: ToolList}, open_to_all=True)
def list_json() -> ResponseReturnValue:
    return {"ok": True, "tools": [_description(tool) for tool in TOOLS.values()]}


def create_json(name: str) -> ResponseReturnValue:
    tool, wanted = WITH_FILES[name], beside(fields())
    params = parse(tool.Params, wishes(tool))
    if wanted.dry_run:
        order = orders(tool)[0] if wanted.again else Order()
        return quote(quoted(tool, params, order))
    [order] = _only(tool, orders(tool))
    job = lifecycle.start(asker(), tool, params, clock.now(), ordered(order, heard_at(wanted)))
    return waited(job, settings().WAIT_SECONDS)


def _endpoint(tool: Tool) -> Endpoint:
    policy = ("content_policy",) if "prompt" in tool.Params.model_fields else ()
    helpers = ("engine_unavailable", "plan_required", "withheld") if tool.paints else ("helper_missing",)
    return Endpoint(
        tool.title,
        section="tools",
        scope="tools",
        answers={200: ToolAnswer | Quote, 202: ToolAnswer},
        body=tool.Params,
        beside=BesideFile,
        files=tool.files,
        waits=True,
        errors=(*policy, *FAILURES, *helpers),
        help=tool.sentence,
    )


for _each in WITH_FILES.values():
    blueprint.add_url_rule(
        f"/api/{_each.name}",
        endpoint=f"create_{_each.name.replace('-', '_')}",
        view_func=describe(partial(create_json, _each.name), _endpoint(_each)),
        methods=["POST"],
    )


def _only(tool: Tool, found: list[Order]) -> list[Order]:
    if len(found) > 1:
        raise Refusal("invalid", "Send one file a request.", field=tool.files[0].name)
    return found


def _start_all(tool: Tool, given: dict[str, Any]) -> Iterator[Job]:
    """A job for each picture. What fails later leaves the earlier ones running, as if they had come alone."""
    params = parse(tool.Params, given)
    found = orders(tool)
    _remember(tool, given)
    for order in found:
        yield lifecycle.start(asker(), tool, params, clock.now(), ordered(order))


def _tool(name: str) -> Tool:
    if name not in WITH_FILES:
        raise Refusal("not_found", "There is no such tool.")
    return WITH_FILES[name]


def _page(tool: Tool, given: dict[str, Any], refusal: Refusal | None = None) -> str:
    asked = request.args
    shown, rows = _looked_up(asked.get("show")), _batch(asked.get("batch", ""))
    page = ToolPage(
        tool=tool,
        batch=asked.get("batch") or ordering.new_id(),
        values=given or _restored(tool),
        errors={str(refusal.facts.get("field", "")): refusal.message} if refusal else {},
        contest=str(refusal.facts.get("contest", "")) if refusal else "",
        source=_looked_up(asked.get("again") or asked.get("job")),
        again="again" in asked,
        shown=shown or (rows[0] if rows else None),
        rows=rows,
    )
    return render_template("tools/tool.html", page=page, nav="tools")


def _batch(batch: str) -> list[JobView]:
    theirs = select(Job).where(asker().owns(), Job.batch == batch).order_by(Job.created_at, Job.id)
    return views(db.session.scalars(theirs).all()) if batch else []


def _looked_up(job_id: str | None) -> JobView | None:
    return view(find_job(asker(), job_id)) if job_id else None


def _restored(tool: Tool) -> dict[str, Any]:
    """An earlier run's choices, else those of the last visit."""
    if again := request.args.get("again"):
        return find_job(asker(), again).params
    kept: dict[str, Any] = session.get(f"tool:{tool.name}", {})
    return {**kept, **request.args.to_dict()}


def _remember(tool: Tool, given: dict[str, Any]) -> None:
    short = {name: value for name, value in given.items() if len(str(value)) <= LONGEST_REMEMBERED and name != "prompt"}
    session[f"tool:{tool.name}"] = short


def _refused(tool: Tool, refusal: Refusal, given: dict[str, Any]) -> ResponseReturnValue:
    """What is wrong, beside the form; or what stands in the way."""
    if for_fragment():
        template = FRAGMENTS.get(refusal.status, "tools/_refused.html")
        page = render_template(template, refusal=refusal, standing=standing())
        return make_response(page, 422 if refusal.code == "invalid" else refusal.status)
    if refusal.status in (400, 413, 415):
        return make_response(_page(tool, given, refusal), 422 if refusal.code == "invalid" else refusal.status)
    raise refusal


def _description(tool: Tool) -> dict[str, Any]:
    prices = tool.price_list()
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.sentence,
        "endpoint": f"/api/{tool.name}",
        "credits": prices.get("", prices),
        "priced_by": tool.priced_by,
        "files": [{**file._asdict(), "max_bytes": settings().UPLOAD_MB * MB} for file in tool.files],
        "options": written_out(tool.Params.model_json_schema()),
    }
