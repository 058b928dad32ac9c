"""Every way an operation may say no, by status, in the words of its dialect."""

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from app.refusals import STATUS
from app.site.meanings import example
from app.site.openapi import headers
from app.site.openapi.operations import Operation
from app.site.openapi.schemas import reference
from app.web import dialects


def codes(operation: Operation) -> list[str]:
    """Its own codes and those that follow from what it is."""
    endpoint = operation.endpoint
    takes = endpoint.body is not None or endpoint.query is not None
    asked = {
        "invalid": operation.method == "POST" or takes,
        "login_required": not endpoint.open_to_all,
        "invalid_credentials": True,
        "cross_site": operation.changes,
        "insufficient_scope": operation.needs_scope,
        "not_found": bool(operation.parts),
        "conflict": operation.method == "POST",  # its Idempotency-Key came with another request
        "too_large": operation.changes,
        "rate_limited": operation.limited,
        "internal": True,
    }
    found = {code for code, may in asked.items() if may} | set(endpoint.errors)
    return [code for code in STATUS if code in found]


def responses(operation: Operation) -> dict[str, Any]:
    """By status, with an example of each code."""
    by_status: dict[int, dict[str, Any]] = defaultdict(dict)
    dialect = dialects.of(operation.rule)
    for code in codes(operation):
        status = dialect.say(example(code), STATUS[code]).status
        by_status[status][code] = {"$ref": f"#/components/examples/{dialect.name}.{code}"}
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": headers.of_answer(operation, status),
            "content": {"application/json": {"schema": reference(dialect.shape), "examples": examples}},
        }
        for status, examples in sorted(by_status.items())
    }


def examples(found: list[Operation]) -> dict[str, Any]:
    """Of every code, as each dialect says it."""
    return {
        f"{dialect.name}.{code}": {"value": dialect.say(example(code), STATUS[code]).body}
        for dialect in dict.fromkeys(dialects.of(operation.rule) for operation in found)
        for code in STATUS
    }
