"""What the test checkout answers when it says no: an error in Stripe's shape."""

from typing import Any


class TillError(Exception):
    """An answer of Stripe's that is an error. `status` is its HTTP status."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": "invalid_request_error"}}
        self.body["error"] |= {name: value for name, value in {"code": code, "param": param, **more}.items() if value}


def missing(kind: str, id: str, param: str = "id") -> TillError:  # noqa: A002 as Stripe calls it
    return TillError(404, f"No such {kind}: '{id}'", code="resource_missing", param=param)


def invalid(message: str, param: str | None = None, code: str | None = None) -> TillError:
    return TillError(400, message, param=param, code=code)


def not_here(what: str, param: str | None = None) -> TillError:
    """Stripe can do it and the test checkout cannot: said loudly, so that nobody builds on it."""
    return TillError(400, f"{what} is not in the test checkout", param=param, code="parameter_unknown")
