"""`/docs`: the manual, open to all, and `/docs/try/…`, which calls an endpoint as who is signed in."""

import re
from typing import Any

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app import moderation
from app.accounts.models import SCOPES
from app.extensions import settings
from app.imaging.bounds import MB
from app.refusals import STATUS, Refusal
from app.site.manual import reference, trying
from app.site.manual.changelog import versions
from app.site.manual.pages import BY_SLUG, GUIDES, SECTION_BY_SLUG
from app.site.manual.stable_diffusion import IMG2IMG, OTHERS, TXT2IMG
from app.site.meanings import MEANINGS
from app.site.openapi.sections import SECTIONS
from app.site.samples import BY_NAME, LANGUAGES
from app.site.samples.programs import Program, program
from app.studio.visit import look_again, signed_in
from app.web.kind import for_fragment
from app.webhooks.delivering import RETRIES

blueprint = Blueprint("manual", __name__)

CHOSEN = "samples"  # in the session: the language somebody chose
CODE = re.compile(r"`([^`]+)`")
REST = MB  # of a request, beside its files


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anybody reads the body: here it may hold files, of people with an account."""
    if endpoint == "manual.try_it":
        signed_in()
        operation = reference.find((values or {}).get("operation_id", ""))
        files = operation.endpoint.files if operation else ()
        request.max_content_length = len(files) * settings().UPLOAD_MB * MB + REST


@blueprint.before_request
def remember_language() -> None:
    """The one that a link chose. Merely looking sets no cookie."""
    asked = request.args.get("in")
    if asked in BY_NAME and session.get(CHOSEN) != asked:
        session[CHOSEN] = asked


@blueprint.context_processor
def what_every_page_knows() -> dict[str, Any]:
    return {
        "guides": GUIDES,
        "sections": [section for section in SECTIONS if reference.has(section.name)],
        "languages": LANGUAGES,
        "program": _program,
        "site": _site(),
        "nav": "docs",
    }


@blueprint.app_template_filter()
def coded(text: str) -> Markup:
    """What stands between backticks, as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped before)


@blueprint.get("/docs")
def index() -> ResponseReturnValue:
    first = reference.endpoints(SECTIONS[0].name, _site())[0]
    return render_template("docs/index.html", here="", first=first, chosen=BY_NAME[_language()])


@blueprint.get("/docs/<slug>")
def guide(slug: str) -> ResponseReturnValue:
    if slug not in BY_SLUG:
        raise Refusal("not_found", "There is no such page in the manual.")
    page = BY_SLUG[slug]
    return render_template(f"docs/guides/{slug}.html", page=page, here=slug, **_facts())


@blueprint.get("/docs/reference/<slug>")
def section(slug: str) -> ResponseReturnValue:
    found = SECTION_BY_SLUG.get(slug)
    endpoints = reference.endpoints(found.name, _site()) if found else []
    if not endpoints:
        raise Refusal("not_found", "There is no such page in the manual.")
    facts = {"chosen": BY_NAME[_language()], "verdicts": map(moderation.verdict_in, moderation.categories())}
    return render_template("docs/section.html", section=found, endpoints=endpoints, here=slug, **facts)


@blueprint.post("/docs/try/<operation_id>")
def try_it(operation_id: str) -> ResponseReturnValue:
    operation = reference.find(operation_id)
    endpoint = reference.view(operation, _site()) if operation else None
    if endpoint is None or not endpoint.may_be_tried:
        raise Refusal("not_found", "There is no such endpoint to try.")
    tried = trying.perform(endpoint, trying.sent(endpoint))
    look_again()  # it may have cost something
    template = "docs/_tried.html" if for_fragment() else "docs/tried.html"
    return render_template(template, endpoint=endpoint, tried=tried, here="", oob=for_fragment())


@blueprint.get("/llms.txt")
def for_models() -> ResponseReturnValue:
    """https://llmstxt.org: the manual's contents, for programs that read it."""
    found = {section: reference.endpoints(section.name, _site()) for section in SECTIONS}
    text = render_template("docs/llms.txt", found={section: some for section, some in found.items() if some})
    return text, {"Content-Type": "text/plain; charset=utf-8"}


def _facts() -> dict[str, Any]:
    """The figures and tables of the guides, from where they hold."""
    return {
        "meanings": MEANINGS,
        "status": STATUS,
        "scopes": SCOPES,
        "versions": versions(),
        "settings": settings(),
        "tries": len(RETRIES),
        "message": reference.message(),
        "refusals": reference.refusals(),
        "txt2img": TXT2IMG,
        "img2img": IMG2IMG,
        "others": OTHERS,
    }


def _site() -> str:
    return (settings().PUBLIC_URL or request.host_url).rstrip("/")


def _program(kind: str) -> Program:
    return program(kind, _language(), _site())


def _language() -> str:
    kept = session.get(CHOSEN, "")
    return kept if kept in BY_NAME else LANGUAGES[0].name
