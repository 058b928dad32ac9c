"""Every refusal and every error as an answer, in the shape the request asked for."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.extensions import settings
from app.imaging.bounds import MB
from app.refusals import STATUS, Refusal
from app.web import dialects
from app.web.kind import for_api, for_fragment

FIRST = ("invalid", "login_required", "out_of_credits", "cross_site")  # of the codes with their status
CODE = {status: code for code, status in STATUS.items()} | {STATUS[code]: code for code in FIRST}
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "That is more than fits in one request.",
    500: "Something broke on our side. Nothing was charged; try again.",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(CSRFError, on_stale_form)
    app.register_error_handler(HTTPException, on_http_error)
    app.log_exception = log_exception  # type: ignore[assignment,method-assign]


def on_refusal(refusal: Refusal) -> ResponseReturnValue:
    if refusal.code == "login_required" and request.method == "GET" and not (for_api() or for_fragment()):
        return redirect(url_for("account.login", next=request.full_path.rstrip("?")))
    response = _answer(refusal)
    if "retry_after" in refusal.facts:
        response.headers["Retry-After"] = str(refusal.facts["retry_after"])
    return response


def on_stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _answer(Refusal("invalid", "This page was open for too long. Load it again and press once more."))


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    refusal = Refusal(CODE.get(status, "invalid"), SENTENCES.get(status, error.description or ""))
    response = _answer(_too_large() if status == 413 else refusal, status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def log_exception(error: Any) -> None:
    """As Flask would, without the token of a link, which lets somebody act."""
    path, token = request.path, (request.view_args or {}).get("token")
    told = path.replace(token, "…") if token else path
    current_app.logger.error("Exception on %s [%s]", told, request.method, exc_info=error)


def _too_large() -> Refusal:
    """The limit somebody can act on: of one file, where files are taken."""
    most = request.max_content_length
    if most == current_app.config["MAX_CONTENT_LENGTH"]:
        return Refusal("too_large", SENTENCES[413], max_bytes=most)
    most = settings().UPLOAD_MB
    return Refusal("too_large", f"A file can have {most} MB. Make it smaller and try again.", max_bytes=most * MB)


def _answer(refusal: Refusal, status: int | None = None) -> Response:
    status = status or refusal.status
    if for_api():
        said = dialects.said(refusal, status)
        return make_response(jsonify(said.body), said.status, said.headers)
    template = "errors/_error.html" if for_fragment() else "errors/error.html"
    title = HTTPStatus(status).phrase
    contest = refusal.facts.get("contest")
    told = {"message": refusal.message, "code": refusal.code, "contest": contest}
    page = render_template(template, status=status, title=title, nav="", **told)
    return make_response(page, status)
