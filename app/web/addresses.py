"""What may stand in an address: what no database can look up is none, where it would be an error."""

from flask import Flask, request
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from app.refusals import Refusal
from app.web.kind import for_api

LARGEST = 2**31 - 1  # of an INTEGER column
NUL = "\0"  # PostgreSQL has no text with one


class JobId(BaseConverter):
    """22 letters and digits, so that a share link stands at the root beside the pages."""

    regex = "[0-9A-Za-z]{22}"


class RowNumber(IntegerConverter):
    """A number that a database can hold."""

    def __init__(self, map: Map) -> None:  # noqa: A002  (werkzeug's name)
        super().__init__(map, max=LARGEST)


class Word(BaseConverter):
    """Any text without a NUL."""

    regex = rf"[^/{NUL}]+"


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"job": JobId, "int": RowNumber, "default": Word}
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """In the query of a page; the API takes it out of every text."""
    if not for_api() and any(NUL in value for value in request.args.values()):
        raise Refusal("not_found", "There is nothing at this address.")
