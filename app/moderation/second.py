"""A second opinion: a service with OpenAI's moderation endpoint. It can refuse what the built-in policy lets pass."""

import logging
from collections.abc import Mapping
from typing import Any

logger = logging.getLogger(__name__)

MODEL = "omni-moderation-latest"
SECONDS = 3.0  # a person waits for this; the built-in policy has decided already
OURS = {
    "sexual": "sexual",
    "sexual/minors": "sexual",
    "hate": "hate",
    "hate/threatening": "hate",
    "harassment/threatening": "violence",
    "illicit": "illegal",
    "illicit/violent": "illegal",
    "self-harm": "violence",
    "self-harm/intent": "violence",
    "self-harm/instructions": "violence",
    "violence/graphic": "violence",
}
"""Its categories and ours. Plain violence, such as a duel, and rude words are none."""


def ask(prompt: str, url: str, key: str) -> str | None:
    """The category that the service flags a prompt for; None where it flags nothing or gives no answer in time."""
    import httpx

    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            answer = client.post(f"{url.rstrip('/')}/moderations", headers=headers, json=_question(prompt))
        answer.raise_for_status()
        return _category(answer.json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError, AttributeError) as error:
        logger.warning("no second opinion from %s, the built-in policy decided alone: %s", url, error)
        return None


def _question(prompt: str) -> dict[str, str]:
    return {"model": MODEL, "input": prompt}


def _category(answer: Mapping[str, Any]) -> str | None:
    flagged: Mapping[str, bool] = answer["results"][0]["categories"]
    return next((ours for theirs, ours in OURS.items() if flagged.get(theirs)), None)
