"""Holds every answer of the API that any test sees to the document that describes the API.

The document is that of the first app of the process: routes do not depend on settings.
"""

import json
from typing import Any, Protocol

import jsonschema_rs
from flask import Flask
from werkzeug.exceptions import HTTPException

from app.site.openapi import build
from app.site.openapi.headers import HEADERS
from app.site.openapi.operations import operations
from app.web import dialects
from app.web.kind import API

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Told(Protocol):
    status_code: int
    mimetype: str | None
    headers: Any
    json: Any


class Contract:
    def __init__(self, app: Flask) -> None:
        with app.test_request_context():
            document = build()
            entries = {(one.method, one.rule): document["paths"][one.path][one.method.lower()] for one in operations()}
        self.entries: dict[tuple[str, str], dict[str, Any]] = entries
        self.schemas = document["components"]["schemas"]
        self.compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def check(self, app: Flask, method: str, path: str, answer: Told) -> None:
        """Raises AssertionError naming what the document does not know."""
        rule = _rule(app, method, path)
        entry = self.entries.get((method, rule))
        if entry is None:
            if answer.status_code >= 400:
                self._hold(answer, _error(app, path))
            return
        known = entry["responses"].get(str(answer.status_code))
        assert known, f"{method} {rule} does not tell that it answers {answer.status_code}: {answer.json}"
        media = known["content"].get(answer.mimetype)
        assert media, f"{method} {rule} does not tell that it answers {answer.mimetype}"
        untold = [name for name in HEADERS if name in answer.headers and name not in known["headers"]]
        assert not untold, f"{method} {rule} does not tell that its {answer.status_code} carries {untold}"
        if answer.mimetype == "application/json":
            self._hold(answer, media["schema"])

    def _hold(self, answer: Told, schema: dict[str, Any]) -> None:
        wrong = [
            f"{error.instance_path}: {error.message}" for error in self._validator(schema).iter_errors(answer.json)
        ]
        assert not wrong, f"{wrong} in {answer.json}"

    def _validator(self, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        key = json.dumps(schema)
        if key not in self.compiled:
            whole = schema | {"components": {"schemas": self.schemas}}
            self.compiled[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self.compiled[key]


_contracts: list[Contract] = []


def hold(app: Flask, method: str, path: str, answer: Told) -> None:
    """Pages are no part of it, and neither is what has no body."""
    path = path.partition("?")[0]
    if not path.startswith(API) or method not in METHODS or answer.status_code == 304:
        return
    if not _contracts:
        _contracts.append(Contract(app))
    _contracts[0].check(app, method, path, answer)


def _rule(app: Flask, method: str, path: str) -> str:
    """As Flask writes it; empty where nothing answers."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except HTTPException:
        return ""
    return str(rule.rule)


def _error(app: Flask, path: str) -> dict[str, Any]:
    with app.app_context():
        return {"$ref": f"#/components/schemas/{dialects.of(path).shape.__name__}"}
