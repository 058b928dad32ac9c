"""A month's spending as people see it, and the caps on it."""

from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.mail.models import Mail
from tests.cast import Answer, Cast, Person, Studio
from tests.conftest import Clock


def caps(person: Person, cap: int | None) -> dict[str, Any]:
    answer = person.ask("put", "/api/spending", json={"monthly_cap": cap})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def spending(person: Person) -> dict[str, Any]:
    return dict(person.get("/api/spending").json)


def code(answer: Answer) -> str:
    return str(answer.json["error"]["code"])


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.kind == "cap_near").order_by(Mail.id)))


class TestCap:
    def test_it_ends_what_an_account_spends_in_a_month(self, cast: Cast) -> None:
        caps(cast.ann, 40)
        cast.ann.starts()
        cast.ann.starts()
        refused = cast.ann.generate()
        assert (refused.status_code, code(refused), refused.json["error"]["monthly_cap"]) == (402, "spending_cap", 40)
        assert "Nothing was charged" in refused.json["error"]["message"]
        assert cast.ann.credits == 60

    def test_it_counts_what_goes_through_keys(self, cast: Cast) -> None:
        caps(cast.ann, 40)
        cast.ann.program().starts()
        cast.ann.starts()
        assert code(cast.ann.program().generate()) == "spending_cap"

    def test_what_failed_or_was_called_off_does_not_count(self, cast: Cast, studio: Studio) -> None:
        caps(cast.ann, 20)
        cast.ann.post(f"/api/job/{cast.ann.starts()}/cancellation")
        studio.engine.fails_with = RuntimeError("the canvas tore")
        cast.ann.starts()
        studio.works()
        assert spending(cast.ann)["spent"] == 0
        cast.ann.starts()

    def test_a_month_begins_it_anew(self, cast: Cast, time: Clock) -> None:
        caps(cast.ann, 20)
        cast.ann.starts()
        assert cast.ann.generate().status_code == 402
        time.forward(days=11)
        cast.ann.starts()

    def test_it_is_nobody_elses(self, cast: Cast) -> None:
        caps(cast.ann, 20)
        cast.ben.starts(quality="ultra")
        cast.ann.starts()
        assert spending(cast.ben)["monthly_cap"] is None

    def test_it_can_be_raised_and_taken_away(self, cast: Cast) -> None:
        caps(cast.ann, 20)
        cast.ann.starts()
        caps(cast.ann, 40)
        cast.ann.starts()
        assert caps(cast.ann, None)["monthly_cap"] is None
        cast.ann.starts()

    def test_no_key_changes_it(self, cast: Cast) -> None:
        answer = cast.ann.program().ask("put", "/api/spending", json={"monthly_cap": None})
        assert (answer.status_code, code(answer)) == (403, "insufficient_scope")

    @pytest.mark.parametrize("given", [{}, {"monthly_cap": 0}, {"monthly_cap": "40"}, {"monthly_cap": 1.5}])
    def test_what_is_no_cap_is_refused_by_name(self, cast: Cast, given: dict[str, object]) -> None:
        answer = cast.ann.ask("put", "/api/spending", json=given)
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "monthly_cap")


class TestMail:
    def test_at_four_fifths_of_the_cap_its_owner_hears_once(self, cast: Cast) -> None:
        caps(cast.ann, 100)
        for _ in range(3):
            cast.ann.starts()
        assert mails() == []
        cast.ann.starts()
        cast.ann.starts()
        [mail] = mails()
        assert (mail.address, mail.key) == ("ann@limn.example", f"cap_near:account:{cast.ann.id}:2026-11")
        assert mail.facts == {"what": "your account", "spent": 80, "cap": 100, "month": "November"}

    def test_of_a_keys_cap_too_by_its_name(self, cast: Cast) -> None:
        program = cast.ann.program(name="newsletter", monthly_cap=25)
        program.starts()
        [mail] = mails()
        assert mail.facts == {"what": "newsletter", "spent": 20, "cap": 25, "month": "November"}

    def test_again_in_the_next_month(self, cast: Cast, time: Clock) -> None:
        caps(cast.ann, 20)
        cast.ann.starts()
        time.forward(days=11)
        cast.ann.starts()
        assert [mail.facts["month"] for mail in mails()] == ["November", "December"]

    def test_what_is_refused_tells_nobody(self, cast: Cast) -> None:
        caps(cast.ann, 10)
        assert cast.ann.generate().status_code == 402
        assert mails() == []


class TestPage:
    def test_it_tells_this_month_by_hand_and_by_key(self, cast: Cast, studio: Studio) -> None:
        cast.ann.program(name="newsletter", monthly_cap=500).starts()
        cast.ann.starts(quality="high")
        found = spending(cast.ann)
        assert (found["spent"], found["by_hand"], found["resets_at"]) == (50, 30, "2026-12-01T00:00:00Z")
        assert [(key["name"], key["spent"], key["monthly_cap"]) for key in found["by_key"]] == [("newsletter", 20, 500)]
        page = cast.ann.get("/account/spending").text
        assert "50 credits in November" in page
        assert "newsletter" in page

    def test_a_revoked_key_stands_there_as_long_as_it_spent_this_month(self, cast: Cast, time: Clock) -> None:
        program = cast.ann.program(name="newsletter")
        program.starts()
        cast.ann.ask("delete", f"/api/keys/{spending(cast.ann)['by_key'][0]['id']}")
        assert [key["spent"] for key in spending(cast.ann)["by_key"]] == [20]
        time.forward(days=11)
        assert spending(cast.ann)["by_key"] == []

    def test_the_cap_is_set_by_its_form(self, cast: Cast) -> None:
        assert cast.ann.press("/account/spending", monthly_cap="500").status_code == 303
        assert spending(cast.ann)["monthly_cap"] == 500
        assert cast.ann.press("/account/spending", monthly_cap="").status_code == 303
        assert spending(cast.ann)["monthly_cap"] is None

    def test_what_is_no_number_is_said_beside_the_field(self, cast: Cast) -> None:
        answer = cast.ann.press("/account/spending", monthly_cap="a lot")
        assert answer.status_code == 422
        assert "Monthly cap is a whole number." in answer.text
        assert 'value="a lot"' in answer.text

    def test_at_the_cap_it_says_so(self, cast: Cast) -> None:
        caps(cast.ann, 20)
        cast.ann.starts()
        assert "That is all your cap allows." in cast.ann.get("/account/spending").text
