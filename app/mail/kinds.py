"""The kinds of mail, and the facts each tells. Their words stand in `templates/mail/<kind>.txt` and `.html`.

Whoever writes a mail gives its facts; what is missing, unknown or of the wrong shape is refused at once, where the
mistake is, and not a minute later where the mail is put into words.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

LONGEST = 200  # characters


def _on_one_line(text: str) -> str:
    """What people named something, fit for a subject. It is mended, not refused: a job or a payment hangs on it."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:LONGEST] or "unnamed"


Words = Annotated[str, Field(min_length=1), AfterValidator(_on_one_line)]
Cents = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Token = Annotated[str, StringConstraints(pattern=r"^[\w.-]+$", max_length=1000)]  # the end of a link
Address = Annotated[str, StringConstraints(pattern=r"^(https?://|/)\S+$", max_length=2000)]  # a path is on this site


class Facts(BaseModel):
    """Base of the facts of a kind."""

    model_config = ConfigDict(extra="forbid")


class Linked(Facts):
    """Whoever has the token can act by it, so the row forgets it once the mail is sent."""

    link_token: Token


class PasswordChanged(Facts):
    changed_at: AwareDatetime


class Receipt(Facts):
    """`amount` is what was paid, in cents, and `tax` what of it is tax."""

    what: Words
    amount: Cents
    tax: Cents
    currency: Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
    number: Words | None = None
    paid_at: AwareDatetime
    invoice_url: Address | None = None
    pdf_url: Address | None = None
    credits: Count


class TrialEnding(Facts):
    """`plan` is its title, here as below. `amount`: what is taken then, in cents, unless they cancel."""

    plan: Words
    ends_at: AwareDatetime
    amount: Cents
    interval: Literal["month", "year"]


class TrialRefused(Facts):
    plan: Words


class PaymentFailed(Facts):
    """`until`: when the plan ends unless it is paid for."""

    plan: Words
    amount: Cents
    until: AwareDatetime


class PlanEnded(Facts):
    plan: Words


class FilesGoing(Facts):
    """`count` files are deleted at `goes_at`, for the plan that kept them is over."""

    count: Count
    goes_at: AwareDatetime
    plan: Words


class CapNear(Facts):
    """`what` is "your account" or the name of a key; `month` is its name; the rest are credits."""

    what: Words
    spent: Count
    cap: Annotated[int, Field(ge=1)]
    month: Words


class Test(Facts):
    """Says nothing but that mail arrives."""


KINDS: dict[str, type[Facts]] = {
    "verify": Linked,
    "reset": Linked,
    "password_changed": PasswordChanged,
    "receipt": Receipt,
    "trial_ending": TrialEnding,
    "trial_refused": TrialRefused,
    "payment_failed": PaymentFailed,
    "plan_ended": PlanEnded,
    "files_going": FilesGoing,
    "cap_near": CapNear,
    "test": Test,
}


def checked(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as they are kept, JSON. Raises ValueError for an unknown kind, and for facts that are not its own."""
    if kind not in KINDS:
        raise ValueError(f"there is no mail of the kind {kind!r}")
    return KINDS[kind].model_validate(facts).model_dump(mode="json")
