"""Security headers on every answer, from the first page on."""

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # blob: a picture of one's own, shown before it is sent
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TWO_YEARS = 63_072_000  # seconds


def init_app(app: Flask) -> None:
    app.after_request(add_headers)


def let_forms_lead_to(*origins: str) -> None:
    """This page has a form whose answer leads to another site: browsers hold redirects to `form-action`, too."""
    g.form_action = origins


def add_headers(response: Response) -> Response:
    """A view that set a header of its own keeps it. Pages are private; static files say so themselves."""
    if origins := g.pop("form_action", ()):
        further = " ".join(("form-action 'self'", *origins))
        response.headers.setdefault("Content-Security-Policy", POLICY.replace("form-action 'self'", further))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.vary.add("HX-Request")  # the same address answers with a page or a fragment
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains")
    return response
