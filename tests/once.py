"""What each of the thousands of apps that the tests make would do again is done once here, or not at all.

Routes, templates and SQL statements are compiled for the first app that meets them: they do not depend on settings.
SQLite does not wait for the disk: a database of a test need not outlive a power cut.
"""

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from werkzeug.routing import Rule


class InMemory(BytecodeCache):
    """The code of templates. Jinja throws out what was made of another text, by its checksum."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.checksum, bucket.code


def compile_once() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": InMemory()}
    _routes()
    _statements()


def trust_the_power() -> None:
    """For databases of this process; sites and workers that a test starts keep theirs as they always do."""
    event.listen(Engine, "before_cursor_execute", _without_waiting, retval=True)


def _routes() -> None:
    """Werkzeug takes every route apart and writes functions for it: 40 ms for the routes of an app."""
    known: dict[object, dict[str, Any]] = {}
    compile_one = Rule.compile

    def once(rule: Rule) -> None:
        key = rule.rule, repr(rule.defaults), rule.subdomain, rule.merge_slashes
        if key not in known:
            compile_one(rule)
            known[key] = {name: rule.__dict__[name] for name in ("_parts", "_trace", "_converters", "arguments")}
            known[key] |= {"_builders": (rule._build.__func__, rule._build_unknown.__func__)}  # type: ignore[attr-defined]
        rule.__dict__.update(known[key])
        rule._build, rule._build_unknown = (build.__get__(rule) for build in known[key]["_builders"])

    Rule.compile = once  # type: ignore[method-assign, assignment]


def _statements() -> None:
    """SQLAlchemy keeps what it compiled with the engine, which dies with its app: 60 ms for a test that asks little."""
    first: dict[str, Engine] = {}
    make_one = SQLAlchemy._make_engine

    def once(self: SQLAlchemy, key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine = make_one(self, key, options, app)
        known = first.get(engine.dialect.name)
        if known and known.dialect.server_version_info:  # it has been connected, so its dialect knows its database
            engine.dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        else:
            first[engine.dialect.name] = engine
        return engine

    SQLAlchemy._make_engine = once  # type: ignore[method-assign, assignment]


def _without_waiting(
    _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    return ("PRAGMA synchronous=OFF" if statement.startswith("PRAGMA synchronous=") else statement), parameters
