"""`Prefer: wait=N` and `respond-async`: how long somebody wants to wait for a result (RFC 7240)."""

import re

from flask import Flask, Response, g, request

WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,6})\"?")


def init_app(app: Flask) -> None:
    app.after_request(confirm)


def patience(usual: float, most: float) -> float:
    """Seconds to wait for a result: the usual, or what the request prefers, at most `most`."""
    for part in ",".join(request.headers.getlist("Prefer")).split(","):
        wish = part.split(";")[0].strip().lower()
        if wish == "respond-async":
            g.preference = wish
            return 0
        if found := WAIT.fullmatch(wish):
            seconds = min(int(found[1]), int(most))
            g.preference = f"wait={seconds}"
            return seconds
    return usual


def confirm(response: Response) -> Response:
    if applied := g.get("preference"):
        response.headers["Preference-Applied"] = applied
    return response
