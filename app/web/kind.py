"""Which kind of answer a request wants: JSON, a fragment for htmx, or a page."""

from flask import request

API = ("/api/", "/v1/")


def for_api() -> bool:
    return request.path.startswith(API)


def for_fragment() -> bool:
    return request.headers.get("HX-Request") == "true"
