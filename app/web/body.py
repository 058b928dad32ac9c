"""What came in the body of a request."""

from typing import Any

from flask import request

from app.refusals import Refusal


def json_object() -> dict[str, Any]:
    """The body as a JSON object. Refuses anything else with `invalid`."""
    try:
        found = request.get_json(force=True, silent=True)
    except RecursionError:  # brackets within brackets within brackets
        found = None
    if not isinstance(found, dict):
        raise Refusal("invalid", "Send a JSON object.", field="body")
    return found


def fields() -> dict[str, Any]:
    """JSON or a form, as it came."""
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.form.to_dict()
    return json_object()


def text(given: dict[str, Any], name: str) -> str:
    """A text among the fields. Refuses with `invalid` when it is missing or something else."""
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refusal("invalid", f"{name} is required, as a text.", field=name)
    return value.replace("\0", "")
