"""Signatures: what Standard Webhooks' own examples say, and its library accepts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from app.webhooks import receiver, signing
from app.webhooks.models import Webhook as Row
from tests.skips import CORPORA
from tests.webhooks.receiver import Message

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def vector() -> dict[str, Any]:
    vectors = json.loads((CORPORA / "standard-webhooks/vectors.json").read_text())["vectors"]
    return dict(vectors[0])


@pytest.mark.needs("corpora")
def test_the_example_of_the_standard_is_signed_as_it_says(vector: dict[str, Any]) -> None:
    at = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
    headers = signing.headers(vector["webhook-id"], vector["payload"], [vector["secret"]], at)
    assert headers == {name: vector[name] for name in headers}
    assert set(headers) == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def test_a_message_is_verified_by_the_library_with_its_secret_and_with_no_other() -> None:
    secret, other = receiver.PREFIX + "c2VjcmV0IG9mIHRoaXMgb25l", receiver.PREFIX + "c2VjcmV0IG9mIGFub3RoZXI="
    message = Message("/", signing.headers("msg_1", '{"ü": 1}', [secret], AT), '{"ü": 1}')
    assert message.verified(secret, AT) == {"ü": 1}
    with pytest.raises(WebhookVerificationError):
        message.verified(other, AT)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_message_is_not_taken_for_a_fresh_one(late: timedelta) -> None:
    secret = receiver.PREFIX + "c2VjcmV0IG9mIHRoaXMgb25l"
    message = Message("/", signing.headers("msg_1", "{}", [secret], AT), "{}")
    with pytest.raises(WebhookVerificationError):
        message.verified(secret, AT + late)


def test_while_a_rotation_overlaps_there_are_two_signatures_and_afterwards_one() -> None:
    old, new = receiver.PREFIX + "b2xkIG9sZCBvbGQgb2xk", receiver.PREFIX + "bmV3IG5ldyBuZXcgbmV3"
    row = Row(person_id=1, secret=new, previous_secret=old, previous_until=AT + timedelta(hours=24))
    assert receiver.signing(row, AT + timedelta(hours=23, minutes=59)) == [new, old]
    assert receiver.signing(row, AT + timedelta(hours=24)) == [new]
    headers = signing.headers("msg_1", "{}", [new, old], AT)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        assert Message("/", headers, "{}").verified(secret, AT) == {}


@pytest.mark.parametrize("secret", ["", "whsec_"])
def test_an_empty_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(EmptyWebhookSecretError):
        signing.headers("msg_1", "{}", [secret], AT)
    with pytest.raises(EmptyWebhookSecretError):
        Webhook(secret)
