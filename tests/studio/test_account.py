"""Registering, signing in and out, by page and by program."""

import re

import pytest

from app.accounts import passwords
from tests.cast import PASSWORD, Actor, Cast, Studio
from tests.conftest import Clock

ME = {
    "ok": True,
    "email": "ann@limn.example",
    "plan": "free",
    "credits": 100,
    "credits_expire_at": "2026-12-01T00:00:00Z",
    "low_credits": False,
    "retention": "24 hours",
    "watermarked": True,
}


def sign_in(actor: Actor, email: str = "ann@limn.example", password: str = PASSWORD) -> int:
    return actor.post("/api/login", json={"email": email, "password": password}).status_code


def test_registering_signs_in_and_brings_the_months_credits(cast: Cast) -> None:
    guest = cast.guest()
    answer = guest.post("/api/register", json={"email": " Ann@Limn.Example ", "password": PASSWORD})
    assert answer.json == ME
    assert guest.get("/api/me").json == ME


def test_a_form_serves_as_well_as_json(cast: Cast) -> None:
    assert cast.guest().post("/api/register", data={"email": "ann@limn.example", "password": PASSWORD}).json == ME


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "ann", "password": PASSWORD}, "email"),
        ({"email": "", "password": PASSWORD}, "email"),
        ({"password": PASSWORD}, "email"),
        ({"email": "ann@limn.example"}, "password"),
        ({"email": "ann@limn.example", "password": "short"}, "password"),
        ({"email": "ann@limn.example", "password": 12345678}, "password"),
        ({"email": "ann@limn.example", "password": PASSWORD, "plan": "max"}, "plan"),
    ],
)
def test_a_registration_that_is_wrong_names_the_field(cast: Cast, given: dict[str, object], field: str) -> None:
    answer = cast.guest().post("/api/register", json=given)
    assert (answer.status_code, answer.json["error"]["code"], answer.json["error"]["field"]) == (400, "invalid", field)


def test_an_address_registers_once(cast: Cast) -> None:
    assert cast.ann.credits == 100
    answer = cast.guest().post("/api/register", json={"email": "ANN@limn.example", "password": PASSWORD})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "conflict")


def test_signing_in_and_out(cast: Cast) -> None:
    assert cast.ann.post("/api/logout").json == {"ok": True}
    assert cast.ann.get("/api/me").status_code == 401
    assert sign_in(cast.ann) == 200
    assert cast.ann.get("/api/me").json["email"] == "ann@limn.example"


def test_an_unknown_address_and_a_wrong_password_get_one_answer(cast: Cast) -> None:
    assert cast.ann.credits == 100
    wrong = cast.guest().post("/api/login", json={"email": "ann@limn.example", "password": "wrong password"})
    unknown = cast.guest().post("/api/login", json={"email": "eve@limn.example", "password": "wrong password"})
    assert (wrong.status_code, wrong.json["error"]["code"]) == (401, "invalid_credentials")
    assert (wrong.status_code, wrong.json) == (unknown.status_code, unknown.json)


@pytest.mark.usefixtures("real_passwords")
def test_an_unknown_address_costs_a_hash_like_a_known_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes the time is the hash: both ways compute exactly one, of the same cost."""
    assert cast.ann.credits == 100
    passwords.matches("warm", None)
    verified: list[str] = []
    verify = passwords._hasher.verify

    class Watched:
        def verify(self, known: str, given: str) -> bool:
            verified.append(known.rsplit("$", 2)[0])
            return verify(known, given)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    sign_in(cast.guest(), "ann@limn.example", "wrong password")
    sign_in(cast.guest(), "eve@limn.example", "wrong password")
    assert len(verified) == 2
    assert verified[0] == verified[1] == "$argon2id$v=19$m=47104,t=1,p=1"


def test_attempts_on_one_account_are_throttled_and_nobody_is_locked_out_for_long(cast: Cast) -> None:
    assert cast.ann.credits == 100
    for number in range(10):
        assert sign_in(cast.guest(f"203.0.{number}.1"), password="wrong password") == 401
    answer = cast.guest().post("/api/login", json={"email": "ann@limn.example", "password": PASSWORD})
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert answer.json["error"]["retry_after"] == int(answer.headers["Retry-After"])
    assert sign_in(cast.guest(), "ben@limn.example", "wrong password") == 401


def test_sign_ups_from_one_network_are_throttled(cast: Cast) -> None:
    for number in range(30):
        cast.guest(f"203.0.113.{number}").post("/api/register", json={"email": f"{number}", "password": PASSWORD})
    new = {"email": "eve@limn.example", "password": PASSWORD}
    assert cast.guest("203.0.113.200").post("/api/register", json=new).status_code == 429
    assert cast.guest("192.0.2.1").post("/api/register", json=new).status_code == 200


def test_signing_in_again_ends_the_sign_in_before(cast: Cast) -> None:
    before = cast.ann.browser.get_cookie("limn")
    sign_in(cast.ann)
    after = cast.ann.browser.get_cookie("limn")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    cast.ann.browser.set_cookie("limn", before.value)
    assert cast.ann.get("/api/me").status_code == 401


def test_a_cookie_from_before_signing_out_is_worth_nothing(cast: Cast) -> None:
    kept = cast.ann.browser.get_cookie("limn")
    assert kept is not None
    cast.ann.post("/api/logout")
    cast.ann.browser.set_cookie("limn", kept.value)
    assert cast.ann.get("/api/me").status_code == 401


def test_signing_out_everywhere(cast: Cast) -> None:
    elsewhere = cast.guest()
    assert cast.ann.credits == 100
    assert sign_in(elsewhere) == 200
    cast.ann.press("/account/sessions/revocation")
    assert (cast.ann.get("/api/me").status_code, elsewhere.get("/api/me").status_code) == (401, 401)


def test_one_browser_is_signed_out_and_only_ones_own(cast: Cast) -> None:
    elsewhere = cast.guest()
    assert cast.ann.credits == 100
    sign_in(elsewhere)
    (other,) = re.findall(r"/account/sessions/(\d+)/revocation", cast.ann.get("/account").text)
    assert cast.ben.press(f"/account/sessions/{other}/revocation").status_code == 404
    assert elsewhere.get("/api/me").status_code == 200
    cast.ann.press(f"/account/sessions/{other}/revocation")
    assert (cast.ann.get("/api/me").status_code, elsewhere.get("/api/me").status_code) == (200, 401)


def test_a_sign_in_ends_when_idle_and_at_last(cast: Cast, time: Clock) -> None:
    time.forward(days=13)
    assert cast.ann.get("/api/me").status_code == 200
    time.forward(days=13)
    assert cast.ann.get("/api/me").status_code == 200
    time.forward(days=15)
    assert cast.ann.get("/api/me").status_code == 401


def test_however_busy_it_ends_after_sixty_days(cast: Cast, time: Clock) -> None:
    assert cast.ann.credits == 100
    for _ in range(5):
        time.forward(days=11)
        assert cast.ann.get("/api/me").status_code == 200
    time.forward(days=6)
    assert cast.ann.get("/api/me").status_code == 401


def test_pages_lead_to_the_sign_in_and_back(cast: Cast) -> None:
    guest = cast.guest()
    answer = guest.get("/credits")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/credits")
    assert cast.ann.credits == 100
    answer = guest.press("/login", email="ann@limn.example", password=PASSWORD, next="/credits")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/credits")


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(cast: Cast, target: str) -> None:
    assert cast.ann.credits == 100
    answer = cast.guest().press("/login", email="ann@limn.example", password=PASSWORD, next=target)
    assert answer.headers["Location"] == "/generate"


def test_a_wrong_password_on_the_page_is_told_there(cast: Cast) -> None:
    answer = cast.guest().press("/login", email="ann@limn.example", password="wrong password")
    assert answer.status_code == 401
    assert "do not belong together" in answer.text


def test_a_day_of_return_brings_the_bonus_once(cast: Cast, time: Clock) -> None:
    assert cast.ann.credits == 100
    time.forward(days=1)
    assert [cast.ann.credits, cast.ann.credits] == [140, 140]
    time.forward(days=1)
    assert cast.ann.credits == 180


def test_a_new_month_begins_anew(cast: Cast, time: Clock) -> None:
    assert cast.ann.credits == 100
    time.forward(days=12)
    me = cast.ann.get("/api/me").json
    assert (me["credits"], me["credits_expire_at"]) == (140, "2027-01-01T00:00:00Z")


def test_the_statement_tells_every_movement(cast: Cast) -> None:
    job_id = cast.ann.starts("a red fox")
    cast.ann.post(f"/api/job/{job_id}/cancellation")
    page = cast.ann.get("/credits").text
    for said in ("Credits for November", "a red fox", "Given back: a red fox"):
        assert said in page
    assert "a red fox" not in cast.ben.get("/credits").text


def test_the_picture_from_before_the_account_comes_along(cast: Cast, studio: Studio) -> None:
    guest = cast.guest()
    job_id = guest.starts()
    guest.post("/api/register", json={"email": "eve@limn.example", "password": PASSWORD})
    studio.works()
    assert guest.job(job_id)["status"] == "succeeded"
    assert job_id in guest.get("/history").text
    assert guest.get("/api/me").json["credits"] == 100
    assert cast.guest().get(f"/api/job/{job_id}").status_code == 404
