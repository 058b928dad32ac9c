"""The content policy at the door: a prompt is refused before anything is stored or held, and never charged.

The refusal carries a signed note of the prompt. Nothing is kept of it unless somebody presses to contest.
"""

import hashlib

from itsdangerous import URLSafeTimedSerializer

from app import moderation
from app.extensions import settings
from app.jobs import contests
from app.moderation import second
from app.refusals import Refusal
from app.toolkit import Params

SALT = "contest"


def refuse(params: Params) -> None:
    """Refuses with `content_policy` a prompt that is not painted here, unless the operator has allowed it."""
    prompt = getattr(params, "prompt", None)
    if not prompt:
        return
    category = _category(prompt)
    if category is not None and not contests.allowed(hash_of(prompt)):
        raise _refusal(prompt, moderation.verdict_in(category))


def hash_of(prompt: str) -> str:
    """The same for two spellings of one prompt."""
    return hashlib.sha256(moderation.essence(prompt).encode()).hexdigest()


def signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().SECRET_KEY, salt=SALT)


def _category(prompt: str) -> str | None:
    if verdict := moderation.check(prompt):
        return verdict.category
    url, key = settings().MODERATION_URL, settings().MODERATION_API_KEY
    return second.ask(prompt, url, key) if url else None


def _refusal(prompt: str, verdict: moderation.Verdict) -> Refusal:
    return Refusal(
        "content_policy",
        f"{verdict.sentence} Nothing was charged. {verdict.suggestion}",
        category=verdict.category,
        suggestion=verdict.suggestion,
        contest=str(signer().dumps([prompt, verdict.category])),
    )
