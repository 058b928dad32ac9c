"""Which kind of answer a request wants: JSON, a fragment for htmx, or a page."""

from flask import request


def for_api() -> bool:
    return request.path.startswith("/api/")


def for_fragment() -> bool:
    return request.headers.get("HX-Request") == "true"
