"""The API as an OpenAPI 3.1 document, put together once from what routes, tools and models say of themselves."""

import hashlib
import json
from typing import Any, NamedTuple

from flask import current_app

from app.accounts.models import SCOPES
from app.extensions import settings
from app.site.manual.changelog import newest
from app.site.openapi import errors, headers, outgoing
from app.site.openapi.entries import entry
from app.site.openapi.operations import Operation, operations
from app.site.openapi.schemas import Schema, models_of, shared, used
from app.site.openapi.sections import SECTIONS
from app.web import dialects


class Described(NamedTuple):
    """The document, and its text with the tag that tells one text from another."""

    document: dict[str, Any]
    text: str
    tag: str


def described() -> Described:
    """Kept as long as the process runs: routes do not change."""
    kept = current_app.extensions.get("openapi")
    if kept is None:
        document = build()
        text = json.dumps(document, ensure_ascii=False)
        kept = Described(document, text, hashlib.sha256(text.encode()).hexdigest())
        current_app.extensions["openapi"] = kept
    found: Described = kept
    return found


def build() -> dict[str, Any]:
    found = operations()
    schemas = _schemas(found)
    paths: dict[str, dict[str, Any]] = {}
    for operation in found:
        paths.setdefault(operation.path, {})[operation.method.lower()] = entry(operation, schemas)
    told, webhooks = {operation.endpoint.section for operation in found}, outgoing.webhooks()
    return {
        "openapi": "3.1.0",
        "info": _info(),
        "servers": [{"url": settings().PUBLIC_URL or "/"}],
        "tags": [{"name": one.name, "description": one.told} for one in SECTIONS if one.name in told],
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": used(schemas, [paths, webhooks]),
            "headers": headers.components(),
            "examples": errors.examples(found),
            "parameters": headers.parameters(),
            "securitySchemes": _ways_in(),
        },
    }


def _schemas(found: list[Operation]) -> dict[str, Schema]:
    endpoints = [operation.endpoint for operation in found]
    asked = [model for one in endpoints for model in (one.body, one.beside, one.query) if model]
    answered = [model for one in endpoints for answer in one.answers.values() for model in models_of(answer)]
    said = [dialects.of(operation.rule).shape for operation in found]
    return shared(asked, [*answered, *said, *outgoing.MODELS])


def _info() -> dict[str, Any]:
    return {
        "title": settings().SITE_NAME,
        "version": newest(),
        "summary": "Words into pictures, and pictures into better ones.",
        "description": "Every answer is JSON, and so is every error. An address that is not there is a 404; a method "
        "that it does not take is a 405, whose `Allow` names those it takes. The manual is at `/docs`.",
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _ways_in() -> dict[str, Any]:
    scopes = "; ".join(f"`{name}`: {told}" for name, told in SCOPES.items())
    return {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": current_app.config["SESSION_COOKIE_NAME"],
            "description": "Set by signing in.",
        },
        "key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": f"An API key. Its scopes are what it may do: {scopes}. `x-scope` tells which one is needed.",
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key too, or a token of `/api/auth/login`.",
        },
    }
