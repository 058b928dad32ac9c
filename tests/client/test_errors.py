"""Every code of the server has a class, and whatever comes instead of an answer has one too."""

import pickle

import pytest

from app.refusals import STATUS
from limn import LimnError, NotFound, OutOfCredits, OutOfReach, RateLimited, ServerError
from limn.effects import Answer, Lost
from limn.errors import CLASS_OF, error, error_in


@pytest.mark.parametrize("code", STATUS)
def test_every_code_of_the_server_has_a_class(code: str) -> None:
    assert code in CLASS_OF


def test_code_message_and_facts_come_along() -> None:
    body = b'{"ok": false, "error": {"code": "out_of_credits", "message": "Too few.", "credits": 3, "credit_cost": 20}}'
    found = error_in(Answer(402, {}, body))

    assert isinstance(found, OutOfCredits)
    assert (found.code, str(found), found.status) == ("out_of_credits", "Too few.", 402)
    assert found.facts == {"credits": 3, "credit_cost": 20}


def test_a_code_that_is_new_is_an_error_still() -> None:
    found = error("something_new", "Something new.")
    assert type(found) is LimnError
    assert found.code == "something_new"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, b"<html>Bad gateway</html>", ServerError),
        (404, b"", NotFound),
        (429, b"[]", RateLimited),
    ],
)
def test_an_answer_of_somebody_else_is_told_by_its_status(status: int, body: bytes, kind: type[LimnError]) -> None:
    found = error_in(Answer(status, {}, body))
    assert isinstance(found, kind)
    assert found.message == f"The server answered with status {status}."


def test_a_dialect_that_tells_a_text_alone_is_understood() -> None:
    found = error_in(Answer(401, {}, b'{"error": "Invalid API key"}'))
    assert (found.code, found.message) == ("login_required", "Invalid API key")


def test_no_answer_is_an_error_of_its_own() -> None:
    found = error_in(Lost("it took too long"))
    assert isinstance(found, OutOfReach)
    assert found.message == "No answer from the server: it took too long."


def test_an_error_can_be_sent_to_another_process() -> None:
    found = pickle.loads(pickle.dumps(error("rate_limited", "Later.", {"retry_after": 9})))  # noqa: S301  # our own
    assert isinstance(found, RateLimited)
    assert found.retry_after == 9
