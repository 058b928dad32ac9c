"""The statement: every line once, whatever is asked for, and the same as a table."""

import csv
import re
from datetime import datetime, timedelta
from fractions import Fraction
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.credits import wallet
from app.credits.ledger import Grant
from app.credits.lines import SORTS, Wanted, page
from app.credits.models import Line
from app.extensions import db, transaction
from tests.cast import Cast, Person, Studio
from tests.conftest import Clock

PAID = "in_1"


def grants(person: Person, amount: int, now: datetime, what: str = "A gift", key: str = "gift") -> None:
    with transaction() as tx:
        wallet.grant(tx, person.id, Grant("gift", amount, key, what, None, source=PAID), now)


def table(person: Person, query: str = "") -> list[dict[str, str]]:
    answer = person.get(f"/credits.csv{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8"), newline="")))


def amounts(person: Person, query: str = "") -> list[int]:
    return [int(row["credits"]) for row in table(person, query)]


class TestTable:
    def test_it_is_the_ledger(self, cast: Cast, studio: Studio) -> None:
        cast.ann.starts("a red fox")
        cast.ann.post(f"/api/job/{cast.ann.starts()}/cancellation")
        studio.works()
        ledger = db.session.scalars(select(Line).where(Line.person_id == cast.ann.id, Line.amount != 0)).all()
        rows = table(cast.ann)[::-1]
        assert [(int(row["credits"]), int(row["balance"]), row["job"]) for row in rows] == [
            (line.amount, line.balance, line.job_id or "") for line in ledger
        ]
        assert [datetime.fromisoformat(row["when"]) for row in rows] == [line.at for line in ledger]
        assert [row["what"] for row in rows] == [
            "Credits for November",
            "a red fox",
            "a red fox",
            "Given back: a red fox",
        ]

    def test_it_is_longer_than_any_page(self, cast: Cast, time: Clock) -> None:
        for number in range(60):
            grants(cast.ann, 1, time.now(), key=str(number))
        assert len(table(cast.ann)) == 61

    @pytest.mark.parametrize(
        "words", ["=1+1 on a blackboard", "+ a plus", "-minus", "@ann, waving", '=cmd|"/c calc"!A0']
    )
    def test_words_are_no_formulas(self, cast: Cast, words: str) -> None:
        cast.ann.starts(words)
        newest = table(cast.ann)[0]
        assert newest["what"] == f"'{words}"
        assert newest["credits"] == "-20"

    def test_words_in_any_script_with_commas_and_lines(self, cast: Cast) -> None:
        words = 'ein Schloß, "rot"\nund 富士山'
        cast.ann.starts(words)
        assert table(cast.ann)[0]["what"] == words

    def test_it_is_ones_own(self, cast: Cast) -> None:
        cast.ann.starts("a secret fox")
        assert "secret" not in cast.ben.get("/credits.csv").text
        assert cast.guest().get("/credits.csv").status_code == 302

    def test_its_name_tells_the_filter(self, cast: Cast) -> None:
        named = cast.ann.get("/credits.csv?sort=spent&month=2026-11").headers["Content-Disposition"]
        assert named == 'attachment; filename="credits-spent-2026-11.csv"'


class TestFilter:
    def test_each_sort_shows_its_lines(self, cast: Cast, studio: Studio, time: Clock) -> None:
        cast.ann.post(f"/api/job/{cast.ann.starts()}/cancellation")
        grants(cast.ann, 500, time.now())
        with transaction() as tx:
            wallet.take_back(tx, cast.ann.id, PAID, "dispute", Fraction(1), "The bank asks", time.now())
        with transaction() as tx:
            wallet.take_back(tx, cast.ann.id, PAID, "dispute", Fraction(0), "The bank gave in", time.now())
        time.forward(days=11)
        cast.ann.get("/credits")
        assert {sort: amounts(cast.ann, f"?sort={sort}") for sort in SORTS} == {
            "in": [40, 100, 500, 100],
            "spent": [-20],
            "back": [500, 20],
            "taken": [-500],
            "expired": [-100],
        }

    def test_a_month_is_a_month_in_utc(self, cast: Cast, time: Clock) -> None:
        cast.ann.starts()
        time.forward(days=11)
        cast.ann.starts()
        assert amounts(cast.ann, "?month=2026-11") == [-20, 100]
        assert amounts(cast.ann, "?month=2026-12&sort=spent") == [-20]
        assert amounts(cast.ann, "?month=2026-10") == []

    @pytest.mark.parametrize(
        "query", ["sort=magic", "month=2026-13", "month=9999-12", "month=november", "month=２０２６-11"]
    )
    def test_what_is_no_filter_is_refused(self, cast: Cast, query: str) -> None:
        assert cast.ann.get(f"/credits?{query}").status_code == 400
        assert cast.ann.get(f"/credits.csv?{query}").status_code == 400

    def test_the_page_offers_every_month_since_the_first(self, cast: Cast, time: Clock) -> None:
        cast.ann.starts()
        time.forward(days=12)
        months = re.findall(r'<option value="(\d+-\d+)"', cast.ann.get("/credits").text)
        assert months == ["2026-12", "2026-11"]


class TestPage:
    def test_a_line_leads_to_its_job(self, cast: Cast, studio: Studio) -> None:
        job = cast.ann.starts("a red fox")
        studio.works()
        assert f'<a href="/jobs/{job}">a red fox</a>' in cast.ann.get("/credits").text
        assert cast.ann.get(f"/jobs/{job}").status_code == 200

    def test_older_lines_keep_the_filter(self, cast: Cast, time: Clock) -> None:
        for number in range(70):
            grants(cast.ann, 1, time.now(), key=str(number))
        first = cast.ann.get("/credits?sort=in").text
        older = re.search(r'href="(/credits\?[^"]*before=\d+[^"]*)"', first)
        assert older is not None
        second = cast.ann.get(older[1].replace("&amp;", "&")).text
        assert first.count("<tr>") - 1 == 50
        assert second.count("<tr>") - 1 == 21
        assert "before=" not in second

    def test_a_balance_below_zero_is_explained(self, cast: Cast, time: Clock) -> None:
        grants(cast.ann, 500, time.now())
        for _ in range(9):
            cast.ann.starts(quality="ultra")
        with transaction() as tx:
            wallet.take_back(tx, cast.ann.id, PAID, "refund", Fraction(1), "Refunded", time.now())
        text = cast.ann.get("/credits").text
        assert "−350 credits" in text
        assert "you owe nothing else" in text
        assert cast.ann.generate().json["error"]["code"] == "out_of_credits"


KINDS = ("grant", "hold", "capture", "release", "expire", "refund", "dispute")
AMOUNTS = st.integers(-90, 90)


class TestEveryLineOnce:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(lines=st.lists(st.tuples(st.sampled_from(KINDS), AMOUNTS), max_size=25), size=st.integers(1, 7))
    def test_pages_of_all_sorts_together(
        self, cast: Cast, time: Clock, lines: list[tuple[str, int]], size: int
    ) -> None:
        ann = cast.ann.id
        with transaction() as tx:
            tx.execute(delete(Line))
            for number, (kind, amount) in enumerate(lines):
                signed = -abs(amount) if kind in ("hold", "expire") else amount
                at = time.now() + timedelta(days=number)
                tx.add(Line(person_id=ann, kind=kind, amount=signed, balance=0, key=str(number), what="", at=at))
        everything = walked(ann, Wanted(), size)
        moving = {kind for kind in KINDS if kind != "capture"}
        assert len(everything) == len(set(everything))
        of_sorts = [line for sort in SORTS for line in walked(ann, Wanted(sort), size)]
        captures = set(db.session.scalars(select(Line.id).where(Line.kind.not_in(moving))))
        assert sorted(of_sorts) == sorted(set(everything) - captures)


def walked(person_id: int, wanted: Wanted, size: int) -> list[int]:
    """The ids of all pages, one after the other."""
    found, before = [], None
    while some := page(person_id, wanted, before, size):
        found += [line.id for line in some]
        before = some[-1].id
    return found
