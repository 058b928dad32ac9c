"""Every way Limn says no, described once: the stable code, its HTTP status, and the exception that carries it.

A refusal is an answer to a person, not a fault of ours: the message says what happened and what to do.
"""

STATUS: dict[str, int] = {
    "invalid": 400,
    "content_policy": 400,
    "login_required": 401,
    "invalid_credentials": 401,
    "out_of_credits": 402,
    "spending_cap": 402,
    "cross_site": 403,
    "plan_required": 403,
    "insufficient_scope": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "too_large": 413,
    "not_a_picture": 415,
    "unreadable": 422,
    "password_needed": 422,
    "too_many_pixels": 422,
    "timeout": 422,
    "out_of_memory": 422,
    "withheld": 422,
    "rate_limited": 429,
    "internal": 500,
    "helper_missing": 503,
    "engine_unavailable": 503,
    "billing_unavailable": 503,
}

Fact = str | int | float | bool | None


class Refusal(Exception):
    """Raised anywhere below the doorway; the web turns it into JSON or a page.

    `code` is a key of STATUS. `facts` stand beside code and message in the JSON answer
    (`field`, `credits`, `credit_cost`, `retry_after`, ...).
    """

    def __init__(self, code: str, message: str, **facts: Fact) -> None:
        super().__init__(message)
        if code not in STATUS:
            raise ValueError(f"unknown refusal code {code!r}")
        self.code = code
        self.message = message
        self.facts = facts

    @property
    def status(self) -> int:
        return STATUS[self.code]
