"""Buying from the site: buttons and calls lead to where one pays, and back to what one has now."""

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from app import clock
from app.billing.plans import ITEMS
from app.extensions import db
from app.payments.gateway import HOSTS
from app.payments.models import Subscription
from app.till import hands
from app.web.headers import HEADERS, POLICY
from tests.cast import Actor, Cast, Person
from tests.conftest import Clock, MakeApp
from tests.payments.recorder import Recorder, fails, hangs
from tests.payments.shop import KEYS
from tests.payments.stripe_shapes import subscription_to

PRO = {"plan": "pro", "interval": "month"}
PACK = {"pack": "pack-10"}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    opened = Recorder()
    opened.sells_everything()
    yield opened
    opened.close()


@pytest.fixture
def live(make_app: MakeApp, recorder: Recorder, time: Clock) -> Iterator[Cast]:
    """A site with a key of Stripe's, which is a server of the test's own."""
    app = make_app(**KEYS, STRIPE_API_BASE=recorder.url)
    with app.app_context():
        yield Cast(app)


def buys(person: Person, card: str = "works", **wanted: str) -> str:
    """Goes to the till and pays there; the session they come back with."""
    answer = person.post("/api/checkout", json=wanted)
    assert answer.status_code == 200, answer.text
    session = str(urlsplit(answer.json["url"]).path.rsplit("/", 1)[-1])
    hands.pay(session, card, clock.now())
    db.session.remove()
    return session


def comes_back(person: Person, session: str) -> str:
    """What the site says to whoever comes back from paying."""
    answer = person.get(f"/checkout/done?session_id={session}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/billing")
    return toast(person)


def toast(person: Person) -> str:
    return person.get("/account").text.split('<p class="toast">', 1)[1].split("</p>", 1)[0]


class TestTheCall:
    def test_it_answers_with_where_to_pay(self, cast: Cast) -> None:
        answer = cast.ann.post("/api/checkout", json=PRO)
        assert answer.status_code == 200
        assert set(answer.json) == {"ok", "url"}
        assert "/test-checkout/" in answer.json["url"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "plan"),
            ({"plan": "pro"}, "interval"),
            ({"interval": "month"}, "plan"),
            ({"plan": "free", "interval": "month"}, "plan"),
            ({"plan": "pro", "interval": "week"}, "interval"),
            ({"pack": "pack-11"}, "pack"),
            ({"pack": 10}, "pack"),
            ({**PRO, **PACK}, "pack"),
            ({**PACK, "interval": "year"}, "pack"),
            ({**PRO, "coupon": "ALL"}, "coupon"),
        ],
        ids=str,
    )
    def test_what_is_not_for_sale_is_named(self, cast: Cast, body: dict[str, object], field: str) -> None:
        refused = cast.ann.post("/api/checkout", json=body)
        assert (refused.status_code, refused.json["error"]["field"]) == (400, field)

    def test_a_guest_signs_in_first(self, cast: Cast) -> None:
        assert cast.guest().post("/api/checkout", json=PRO).json["error"]["code"] == "login_required"
        assert cast.guest().post("/api/portal", json={}).json["error"]["code"] == "login_required"

    def test_no_key_buys(self, cast: Cast) -> None:
        program = cast.ann.program()
        assert program.post("/api/checkout", json=PRO).json["error"]["code"] == "insufficient_scope"
        assert program.post("/api/portal", json={}).json["error"]["code"] == "insufficient_scope"

    def test_no_other_site_buys(self, cast: Cast) -> None:
        answer = cast.ann.post("/api/checkout", json=PRO, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403

    def test_the_same_request_again_is_the_same_session(self, live: Cast, recorder: Recorder) -> None:
        key = {"Idempotency-Key": "the-same"}
        urls = {live.ann.post("/api/checkout", json=PACK, headers=key).json["url"] for _ in range(2)}
        assert len(urls) == len(recorder.sessions) == 1

    def test_what_one_has_is_a_conflict(self, live: Cast, recorder: Recorder) -> None:
        live.ann.post("/api/checkout", json=PACK)
        recorder.subscriptions = [subscription_to(ITEMS["pro-month"])]
        refused = live.ann.post("/api/checkout", json=PRO)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "conflict")

    def test_a_stripe_that_does_not_answer_is_told_in_time(
        self, live: Cast, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.payments.wire.PATIENCE", 1.0)
        live.ann.get("/api/me")
        recorder.troubles = [hangs] * 3
        refused = live.ann.post("/api/checkout", json=PRO)
        assert (refused.status_code, refused.json["error"]["code"]) == (503, "billing_unavailable")
        assert refused.headers["Retry-After"] == "60"
        assert "othing was charged" in refused.json["error"]["message"]

    def test_in_production_without_a_key_nothing_is_for_sale(self, make_app: MakeApp, time: Clock) -> None:
        app = make_app(ENVIRONMENT="production", PUBLIC_URL="https://limn.example")
        with app.app_context():
            refused = Cast(app).ann.post("/api/checkout", json=PRO)
        assert (refused.status_code, refused.json["error"]["code"]) == (503, "billing_unavailable")


class TestTheButton:
    def test_it_leads_to_where_one_pays(self, cast: Cast) -> None:
        answer = cast.ann.press("/checkout", **PRO, once="press")
        assert answer.status_code == 303
        assert "/test-checkout/" in answer.headers["Location"]

    def test_pressed_twice_it_is_one_session(self, live: Cast, recorder: Recorder) -> None:
        for _ in range(2):
            assert live.ann.press("/checkout", **PACK, once="press").status_code == 303
        assert len(recorder.sessions) == 1

    def test_without_its_token_nothing_happens(self, cast: Cast) -> None:
        assert cast.ann.post("/checkout", data=PRO).status_code == 400

    def test_a_guest_signs_in_and_comes_back_to_the_prices(self, cast: Cast) -> None:
        answer = cast.guest().press("/checkout", **PRO)
        where = urlsplit(answer.headers["Location"])
        assert (where.path, parse_qs(where.query)) == ("/login", {"next": ["/pricing"]})

    def test_what_one_has_is_told_on_the_page_that_shows_it(self, live: Cast, recorder: Recorder) -> None:
        live.ann.post("/api/checkout", json=PACK)
        recorder.subscriptions = [subscription_to(ITEMS["pro-month"])]
        answer = live.ann.press("/checkout", **PRO)
        assert answer.headers["Location"] == "/account/billing"
        assert "already" in toast(live.ann)

    def test_presses_count_like_calls(self, make_app: MakeApp, time: Clock) -> None:
        app = make_app(REQUESTS_PER_MINUTE_FREE=3)
        with app.app_context():
            ann = Cast(app).ann
            assert [ann.press("/portal").status_code for _ in range(4)][-1] == 429

    def test_a_stripe_that_fails_is_a_page_that_says_so(self, live: Cast, recorder: Recorder) -> None:
        live.ann.get("/account")
        recorder.troubles = [fails(500)] * 3
        answer = live.ann.press("/checkout", **PRO)
        assert answer.status_code == 503
        assert "Nothing was charged" in answer.text


class TestComingBack:
    def test_from_a_pack(self, cast: Cast) -> None:
        before = cast.ann.credits
        assert comes_back(cast.ann, buys(cast.ann, **PACK)) == "200 credits are yours. They never expire."
        assert cast.ann.credits == before + 200

    def test_from_a_plan_though_stripe_has_told_of_nothing_yet(self, cast: Cast) -> None:
        session = buys(cast.ann, plan="max", interval="year")
        assert cast.ann.get("/api/me").json["plan"] == "free"
        assert comes_back(cast.ann, session).startswith("You are on Max now, with 12,")
        assert cast.ann.get("/api/me").json["plan"] == "max"

    def test_coming_back_twice_brings_it_once(self, cast: Cast) -> None:
        session = buys(cast.ann, **PACK)
        comes_back(cast.ann, session)
        before = cast.ann.credits
        comes_back(cast.ann, session)
        assert cast.ann.credits == before

    def test_without_having_paid(self, cast: Cast) -> None:
        before = cast.ann.credits
        session = buys(cast.ann, "declined", **PACK)
        assert comes_back(cast.ann, session) == "The payment is not finished, and nothing was charged."
        assert cast.ann.credits == before

    def test_while_the_bank_takes_its_time(self, cast: Cast) -> None:
        before = cast.ann.credits
        assert "takes a few days" in comes_back(cast.ann, buys(cast.ann, "bank-debit", **PACK))
        assert cast.ann.credits == before

    def test_with_a_card_that_had_its_trial(self, cast: Cast) -> None:
        comes_back(cast.ben, buys(cast.ben, "shared", **PRO))
        assert "has had its free trial" in comes_back(cast.ann, buys(cast.ann, "shared", **PRO))
        assert cast.ann.get("/api/me").json["plan"] == "free"

    def test_with_somebody_elses_session(self, cast: Cast) -> None:
        session = buys(cast.ann, **PACK)
        assert cast.ben.get(f"/checkout/done?session_id={session}").status_code == 404
        assert cast.ben.credits == 100

    @pytest.mark.parametrize("made_up", ["cs_test_nobodys", "../customers", "cs_a/../../x", "cs_" + "a" * 300, "x"])
    def test_with_a_session_that_does_not_exist(self, cast: Cast, made_up: str) -> None:
        assert cast.ann.get("/checkout/done", query_string={"session_id": made_up}).status_code == 404

    def test_while_stripe_does_not_answer_nobody_is_told_that_nothing_was_charged(
        self, live: Cast, recorder: Recorder
    ) -> None:
        live.ann.get("/account")
        recorder.troubles = [fails(500)] * 3
        said = comes_back(live.ann, "cs_test_1")
        assert "If you paid, what you bought shows here" in said

    def test_stripe_is_not_asked_for_what_is_no_session(self, live: Cast, recorder: Recorder) -> None:
        answer = live.ann.get("/checkout/done", query_string={"session_id": "../customers/cus_1"})
        assert answer.status_code == 404
        assert recorder.asked == []

    def test_with_nothing(self, cast: Cast) -> None:
        assert cast.ann.get("/checkout/done").headers["Location"] == "/account/billing"


class TestThePortal:
    def test_it_opens_for_whoever_bought_something(self, cast: Cast) -> None:
        comes_back(cast.ann, buys(cast.ann, **PRO))
        called = cast.ann.post("/api/portal", json={})
        pressed = cast.ann.press("/portal", once="press")
        assert "/test-checkout/" in called.json["url"]
        assert (pressed.status_code, "/test-checkout/" in pressed.headers["Location"]) == (303, True)

    @pytest.mark.parametrize("flow", ["payment_method_update", "subscription_cancel"])
    def test_one_page_of_it(self, cast: Cast, flow: str) -> None:
        comes_back(cast.ann, buys(cast.ann, **PRO))
        assert cast.ann.post("/api/portal", json={"flow": flow}).status_code == 200

    def test_there_is_no_other(self, cast: Cast) -> None:
        refused = cast.ann.post("/api/portal", json={"flow": "everything"})
        assert (refused.status_code, refused.json["error"]["field"]) == (400, "flow")

    def test_for_whoever_bought_nothing_it_is_closed(self, cast: Cast) -> None:
        assert cast.ann.post("/api/portal", json={}).status_code == 409
        assert cast.ann.press("/portal").headers["Location"] == "/account/billing"
        assert "not bought anything" in toast(cast.ann)

    def test_another_plan_is_confirmed_there(self, cast: Cast) -> None:
        comes_back(cast.ann, buys(cast.ann, plan="max", interval="month"))
        answer = cast.ann.post("/api/checkout", json={"plan": "max", "interval": "year"})
        assert "/test-checkout/" in answer.json["url"]
        assert db.session.scalar(select(func.count()).select_from(Subscription)) == 1


class TestTheWayOut:
    """`form-action`: browsers hold a form's redirect to it."""

    def policy(self, actor: Actor, path: str) -> str:
        return actor.get(path).headers["Content-Security-Policy"]

    def test_a_page_with_such_a_form_lets_it_lead_to_stripe_and_nowhere_else(self, live: Cast) -> None:
        said = self.policy(live.ann, "/pricing")
        assert f"form-action 'self' {' '.join(HOSTS)};" in said
        assert said.replace(" " + " ".join(HOSTS), "") == POLICY

    def test_every_other_page_stays_closed(self, live: Cast) -> None:
        for path in ("/generate", "/account", "/credits"):
            assert self.policy(live.ann, path) == POLICY

    def test_beside_the_test_checkout_no_form_leads_anywhere(self, cast: Cast) -> None:
        assert self.policy(cast.ann, "/pricing") == POLICY == HEADERS["Content-Security-Policy"]


def test_the_web_process_starts_without_stripe() -> None:
    look = "import sys; from app import create_app; create_app(); print({'stripe', 'requests'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "set()"
