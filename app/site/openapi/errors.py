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
from app.web.dialects import Dialect, Said


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
    dialect, by_status = dialects.of(operation.rule), defaultdict[int, dict[str, Said]](dict)
    for code in codes(operation):
        said = dialect.say(example(code), STATUS[code])
        by_status[said.status][code] = said
    return {str(status): _response(operation, dialect, status, said) for status, said in sorted(by_status.items())}


def _response(operation: Operation, dialect: Dialect, status: int, said: dict[str, Said]) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{dialect.name}.{code}"} for code in said}
    own = {name for one in said.values() for name in one.headers}
    return {
        "description": HTTPStatus(status).phrase,
        "headers": headers.of_answer(operation, status) | headers.named(own),
        "content": {"application/json": {"schema": reference(dialect.shape), "examples": examples}},
    }


def examples(found: list[Operation]) -> dict[str, Any]:
    """Of every code, as each dialect says it."""
    return {
        f"{dialect.name}.{code}": {"value": dialect.say(example(code), STATUS[code]).body}
        for dialect in dict.fromkeys(dialects.of(operation.rule) for operation in found)
        for code in STATUS
    }
