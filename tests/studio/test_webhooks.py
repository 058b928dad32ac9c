"""Webhooks in the studio: the page and its calls; what is shown to its owner is shown to nobody else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from standardwebhooks import Webhook

from app.studio.webhooks import PAGE
from tests.cast import Cast
from tests.conftest import Clock, MakeApp
from tests.services import free_port
from tests.webhooks.conftest import deliver
from tests.webhooks.receiver import Receiver, says

ADDRESS = "https://hooks.example/pictures"


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    made = make_app(WEBHOOKS_TO_PRIVATE=True)
    with made.app_context():
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


def log_of(cast: Cast) -> list[dict[str, Any]]:
    return list(cast.ann.get("/api/webhooks/deliveries").json["deliveries"])


def test_an_address_is_set_and_cleared_on_the_page(cast: Cast) -> None:
    assert cast.ann.press("/account/webhooks", url=ADDRESS).status_code == 303
    assert f'value="{ADDRESS}"' in cast.ann.get("/account/webhooks").text
    assert cast.ann.press("/account/webhooks", url="").status_code == 303
    assert cast.ann.get("/api/webhooks").json["url"] is None


def test_an_address_that_will_not_do_comes_back_with_the_reason(cast: Cast) -> None:
    answer = cast.ann.press("/account/webhooks", url="ftp://hooks.example/<b>")
    assert answer.status_code == 422
    assert "begins with https://" in answer.text
    assert 'value="ftp://hooks.example/&lt;b&gt;"' in answer.text
    assert cast.ann.get("/api/webhooks").json["url"] is None


def test_a_private_address_is_refused_where_the_operator_has_not_opened_them(make_app: MakeApp, time: Clock) -> None:
    closed = make_app()
    with closed.app_context():
        ann = Cast(closed).ann
        for url in ("http://127.0.0.1/", "http://169.254.169.254/", "http://[::ffff:10.0.0.1]/"):
            refused = ann.ask("put", "/api/webhooks", json={"url": url})
            assert (refused.status_code, refused.json["error"]["field"]) == (400, "url")
            refused = ann.generate(webhook_url=url)
            assert (refused.status_code, refused.json["error"]["field"]) == (400, "webhook_url")
        assert ann.credits == 100


@pytest.mark.parametrize("body", [{}, {"url": 5}, {"url": "x"}, {"url": ADDRESS, "secret": "mine"}, []])
def test_a_wrong_body_changes_nothing_and_names_the_field(cast: Cast, body: object) -> None:
    refused = cast.ann.ask("put", "/api/webhooks", json=body)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "invalid")
    assert refused.json["error"]["field"] in {"url", "secret", "body"}


def test_the_secret_is_shown_to_its_owner_and_kept_by_nobody(cast: Cast) -> None:
    shown = cast.ann.get("/api/webhooks")
    secret = shown.json["secret"]
    assert Webhook(secret)
    page = cast.ann.get("/account/webhooks")
    assert secret in page.text
    assert shown.headers["Cache-Control"] == page.headers["Cache-Control"] == "no-store"
    assert secret not in cast.ben.get("/account/webhooks").text
    assert cast.guest().get("/account/webhooks").status_code == 302


def test_no_key_sees_the_secret_or_turns_messages_elsewhere(cast: Cast) -> None:
    program = cast.ann.program()
    assert program.get("/api/webhooks").status_code == 403
    assert program.ask("put", "/api/webhooks", json={"url": ADDRESS}).status_code == 403
    assert program.post("/api/webhooks/rotation").status_code == 403
    assert cast.ann.get("/api/webhooks").json["url"] is None


def test_a_rotation_on_the_page_overlaps_and_says_until_when(cast: Cast, time: Clock) -> None:
    before = cast.ann.get("/api/webhooks").json
    assert before["previous_secret_until"] is None
    assert cast.ann.press("/account/webhooks/rotation").status_code == 303
    after = cast.ann.get("/api/webhooks").json
    assert after["secret"] != before["secret"]
    assert after["previous_secret_until"] == "2026-11-21T12:00:00Z"
    assert "21 Nov 2026, 12:00" in cast.ann.get("/account/webhooks").text
    time.forward(hours=24)
    assert cast.ann.get("/api/webhooks").json["previous_secret_until"] is None


def test_a_rotation_that_is_asked_for_twice_under_one_key_happens_once(cast: Cast) -> None:
    before = cast.ann.get("/api/webhooks").json["secret"]
    answers = [cast.ann.post("/api/webhooks/rotation", headers={"Idempotency-Key": "turn-1"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert answers[0].json["secret"] != before
    assert "Idempotent-Replayed" not in answers[1].headers  # the secret is in no kept answer


def test_a_test_message_is_sent_and_stands_in_the_log(cast: Cast, receiver: Receiver) -> None:
    cast.ann.hears_at(receiver.url)
    assert cast.ann.press("/account/webhooks/test").status_code == 303
    deliver()
    [entry] = log_of(cast)
    assert (entry["type"], entry["job_id"], entry["state"]) == ("webhook.test", None, "delivered")
    assert receiver.got[0].body == entry["body"]


def test_without_an_address_there_is_nothing_to_test(cast: Cast) -> None:
    refused = cast.ann.post("/api/webhooks/test")
    assert (refused.status_code, refused.json["error"]["field"]) == (400, "url")
    assert cast.ann.press("/account/webhooks/test").status_code == 422
    assert log_of(cast) == []


def test_a_test_that_is_asked_for_twice_under_one_key_is_one(cast: Cast) -> None:
    cast.ann.hears_at(ADDRESS)
    for _ in range(2):
        assert cast.ann.post("/api/webhooks/test", headers={"Idempotency-Key": "test-1"}).status_code == 200
    assert len(log_of(cast)) == 1


def test_tests_are_for_people_and_there_are_ten_a_minute(cast: Cast, time: Clock) -> None:
    cast.ann.hears_at(ADDRESS)
    answers = [cast.ann.post("/api/webhooks/test") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert cast.ann.press("/account/webhooks/test").status_code == 429
    time.forward(minutes=1)
    assert cast.ann.post("/api/webhooks/test").status_code == 200


def test_the_log_shows_the_message_and_every_answer_as_text(cast: Cast, receiver: Receiver, time: Clock) -> None:
    receiver.answers(says(500, "<script>alert(1)</script>"))
    cast.ann.hears_at(receiver.url)
    job_id = cast.ann.starts()
    cast.ann.post(f"/api/job/{job_id}/cancellation")
    deliver()
    page = cast.ann.get("/account/webhooks").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert f'href="/jobs/{job_id}"' in page
    assert re.search(r"next try\s+<time[^>]*>20 Nov 2026, 12:00", page)
    time.forward(seconds=6)
    deliver()
    assert [one["status"] for one in log_of(cast)[0]["tries"]] == [200, 500]


def test_a_message_given_up_is_sent_again_by_hand_and_the_log_keeps_all_tries(
    cast: Cast, receiver: Receiver, time: Clock
) -> None:
    receiver.answers(says(410))
    cast.ann.hears_at(receiver.url)
    cast.ann.post("/api/webhooks/test")
    deliver()
    [entry] = log_of(cast)
    assert (entry["state"], entry["next_try_at"]) == ("failed", None)
    assert cast.ann.press(f"/account/webhooks/deliveries/{entry['id']}/resending").status_code == 303
    deliver()
    [entry] = log_of(cast)
    assert entry["state"] == "delivered"
    assert [one["status"] for one in entry["tries"]] == [200, 410]
    assert len({message.id for message in receiver.got}) == 1


def test_what_is_sent_again_is_tried_for_another_day(cast: Cast, time: Clock) -> None:
    cast.ann.hears_at(f"http://127.0.0.1:{free_port()}/")
    entry = cast.ann.post("/api/webhooks/test").json["delivery"]
    while entry["state"] != "failed":
        deliver()
        time.forward(hours=6)
        entry = cast.ann.get(f"/api/webhooks/deliveries/{entry['id']}").json["delivery"]
    tries = len(entry["tries"])
    cast.ann.post(f"/api/webhooks/deliveries/{entry['id']}/resending")
    deliver()
    entry = cast.ann.get(f"/api/webhooks/deliveries/{entry['id']}").json["delivery"]
    assert (entry["state"], len(entry["tries"])) == ("pending", tries + 1)


def test_a_program_with_its_key_reads_the_log_and_sends_again(cast: Cast, receiver: Receiver) -> None:
    cast.ann.hears_at(receiver.url)
    cast.ann.post("/api/webhooks/test")
    deliver()
    program = cast.ann.program(scopes=["read", "tools"])
    [entry] = program.get("/api/webhooks/deliveries").json["deliveries"]
    assert program.post(f"/api/webhooks/deliveries/{entry['id']}/resending").json["delivery"]["state"] == "pending"
    deliver()
    assert len(receiver.got) == 2


def test_a_strangers_message_is_not_there(cast: Cast, receiver: Receiver) -> None:
    cast.ann.hears_at(receiver.url)
    delivery = cast.ann.post("/api/webhooks/test").json["delivery"]["id"]
    deliver()
    for path in (f"/api/webhooks/deliveries/{delivery}/resending", "/api/webhooks/deliveries/999/resending"):
        assert cast.ben.post(path).status_code == 404
    assert cast.ben.press(f"/account/webhooks/deliveries/{delivery}/resending").status_code == 404
    assert cast.ben.get(f"/api/webhooks/deliveries/{delivery}").status_code == 404
    assert cast.ben.get("/api/webhooks/deliveries").json["deliveries"] == []
    assert "webhook.test" not in cast.ben.get("/account/webhooks").text
    assert deliver() == 0


def test_the_log_goes_page_by_page_without_gap_or_repeat(cast: Cast, time: Clock) -> None:
    cast.ann.hears_at(ADDRESS)
    made = []
    for _ in range(PAGE + 3):
        made.append(cast.ann.post("/api/webhooks/test").json["delivery"]["id"])
        time.forward(minutes=1)
    first = cast.ann.get("/account/webhooks").text
    address = first.split('href="/account/webhooks?before=', 1)[1].split('"', 1)[0]
    second = cast.ann.get(f"/account/webhooks?before={address}").text
    assert [page.count("/resending") for page in (first, second)] == [PAGE, 3]
    assert "before=" not in second
    found: list[int] = []
    before: int | None = 0
    while before is not None:
        page = cast.ann.get("/api/webhooks/deliveries?limit=7" + (f"&before={before}" if before else "")).json
        found += [entry["id"] for entry in page["deliveries"]]
        before = page["next_before"]
    assert found == made[::-1]


@pytest.mark.parametrize("query", ["before=x", "before=0", "limit=0", "limit=101", "page=2", f"before={2**31}"])
def test_a_page_that_is_none_is_refused(cast: Cast, query: str) -> None:
    refused = cast.ann.get(f"/api/webhooks/deliveries?{query}")
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "invalid")


def test_a_guest_cannot_have_an_address_told(cast: Cast) -> None:
    refused = cast.guest().generate(webhook_url=ADDRESS)
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "login_required")


def test_the_rooms_of_an_account_lead_to_one_another(cast: Cast) -> None:
    for path in ("/account", "/account/keys", "/account/webhooks"):
        page = cast.ann.get(path).text
        assert all(f'href="{other}"' in page for other in ("/account", "/account/keys", "/account/webhooks"))
        assert page.count('aria-current="page"') >= 1
