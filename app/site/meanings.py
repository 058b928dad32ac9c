"""What each refusal means to whoever calls the API: an example of it, and what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from app.refusals import Fact, Refusal


class Meaning(NamedTuple):
    said: str  # as a message may read
    advice: str
    again: bool = False  # the same request may succeed later
    facts: Mapping[str, Fact] = MappingProxyType({})


MEANINGS = {
    "invalid": Meaning(
        "Prompt needs at least 3 characters.", "Correct the field that is named.", facts={"field": "prompt"}
    ),
    "content_policy": Meaning(
        "This asks for a character that belongs to somebody else. Nothing was charged. Make up your own, with other "
        "looks and a new name.",
        "Say it in another way, as `suggestion` does. If the refusal is a mistake, contest it.",
        facts={
            "category": "characters",
            "suggestion": "Make up your own, with other looks and a new name.",
            "contest": "eyJ3b3JkcyI6…",
        },
    ),
    "login_required": Meaning("Sign in to do this.", "Send an API key, or sign in."),
    "invalid_credentials": Meaning(
        "This API key is not valid: mistyped, expired or revoked.",
        "Look whether the whole key arrived, or make another.",
    ),
    "out_of_credits": Meaning(
        "This costs 20 credits and you have 5.",
        "Buy credits or wait for the next month's. Nothing was charged.",
        facts={"credits": 5, "credit_cost": 20},
    ),
    "spending_cap": Meaning(
        "This API key, or your account, has spent what it may this month.",
        "Raise the cap, or wait for the next month. Nothing was charged.",
    ),
    "cross_site": Meaning(
        "This request came from another site.",
        "Call from your own server with a key; a cookie is for this site's pages.",
    ),
    "plan_required": Meaning(
        "FLUX belongs to Pro or Max. Choose another model, or change your plan.",
        "Choose another model, or change the plan: `plans` names those that it belongs to. Nothing was charged.",
        facts={"field": "model", "plans": "max, pro"},
    ),
    "insufficient_scope": Meaning(
        "This API key lacks the scope “generate”. Make one that has it.", "Make a key that has the scope."
    ),
    "not_found": Meaning("There is no such job.", "Look at the id. What belongs to somebody else is not found either."),
    "method_not_allowed": Meaning("This address does not take that method.", "`Allow` names those that it takes."),
    "conflict": Meaning(
        "This job has succeeded already.", "Look at what is there: the message names what stands in the way."
    ),
    "too_large": Meaning(
        "That is more than fits in one request.",
        "Send less; `max_bytes` is the most.",
        facts={"max_bytes": 1048576},
    ),
    "not_a_picture": Meaning(
        "notes.txt is a text, and no picture that can be read.",
        "Send a picture; what counts is what is inside the file.",
    ),
    "unreadable": Meaning("The file is broken: half of it is missing.", "Send the file anew, from where it came."),
    "password_needed": Meaning("The file is locked with a password.", "Take the password off and send it again."),
    "too_many_pixels": Meaning("This picture has 400 megapixels; 100 fit.", "Make it smaller first."),
    "timeout": Meaning("This took longer than it may.", "Send a smaller file, or ask for less."),
    "out_of_memory": Meaning("This needed more memory than it may.", "Send a smaller file, or ask for less."),
    "withheld": Meaning(
        "What was painted is not shown, because a checker holds it to be against the rules of this site. Nothing was "
        "charged. Other words may help.",
        "Say it in another way, or try another seed.",
    ),
    "rate_limited": Meaning(
        "That was too often. Try again in 42 seconds.",
        "Wait for `Retry-After` seconds, then go on more slowly.",
        again=True,
        facts={"retry_after": 42},
    ),
    "internal": Meaning(
        "Something broke on our side. Nothing was charged; try again.",
        "Try again, a little later each time.",
        again=True,
    ),
    "helper_missing": Meaning(
        "Documents need LibreOffice, which is not installed here.", "Ask whoever runs this site: the message names it."
    ),
    "engine_unavailable": Meaning(
        "The painter cannot start.", "Try again, a little later each time. Nothing was charged.", again=True
    ),
    "billing_unavailable": Meaning(
        "Nothing is for sale here, or the payment service does not answer.",
        "Try again, a little later each time. Nothing was charged.",
        again=True,
    ),
}


def example(code: str) -> Refusal:
    """A refusal with this code, as good as any."""
    meaning = MEANINGS.get(code) or Meaning(code.replace("_", " "), "")
    return Refusal(code, meaning.said, **meaning.facts)
