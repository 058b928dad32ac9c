"""Keeping other sites from acting in a visitor's name.

Forms carry a token. The API takes none: there a state-changing request that says it comes from another site is
refused; one that says nothing (curl, scripts) passes, and SameSite=Lax holds browsers. One by key passes too.
"""

from urllib.parse import urlsplit

from flask import Flask, request

from app.extensions import csrf, settings
from app.refusals import Refusal
from app.web.kind import for_api
from app.web.sessions import credential

SAFE = ("GET", "HEAD", "OPTIONS")
SIGNED = ("stripe.hear",)  # endpoints whose bodies prove themselves where they come from, and that know no cookie


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # checked here, so that the API can have its own rule
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    app.before_request(refuse_cross_site)


def refuse_cross_site() -> None:
    if request.method in SAFE or request.endpoint is None or request.endpoint in SIGNED:
        return
    if for_api():
        if credential() is None:  # a browser adds a cookie to another site's request, but never a key
            _refuse_other_origins()
    else:
        csrf.protect()


def _refuse_other_origins() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site in ("cross-site", "same-site") or (site is None and origin is not None and origin not in _own_origins()):
        raise Refusal("cross_site", "This request came from another site.")


def _own_origins() -> set[str]:
    own = urlsplit(request.host_url)
    return {f"{own.scheme}://{own.netloc}", settings().PUBLIC_URL.rstrip("/")}
