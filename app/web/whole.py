"""A body that broke off on its way is refused, and not taken for a shorter one.

gunicorn ends a body where the connection ends, and calls it complete. Half an upload would then be a form without its
file, and noted under its `Idempotency-Key`: whoever sends it again, whole, would be told that the key is taken.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def init_app(app: Flask) -> None:
    app.wsgi_app = counted(app.wsgi_app)  # type: ignore[assignment,method-assign]


def counted(inner: "WSGIApplication") -> "WSGIApplication":
    """Werkzeug counts a body itself, and refuses one that is short, where the server does not vouch for it."""

    def outer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH"):  # a chunked body has none, and an end of its own
            environ.pop("wsgi.input_terminated", None)
        return inner(environ, start_response)

    return outer
