"""The guarded writes, on each database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import people
from app.credits import statement, wallet
from app.credits.ledger import Allowance, Grant
from app.credits.models import Line, Lot, Wallet
from app.credits.reconcile import discrepancies
from app.extensions import db, insert_once, transaction
from app.refusals import Refusal

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def ann(any_app: Flask) -> int:
    return people.register("ann@limn.example", "correct horse", NOW).id


def within(work: Callable[[Session], T]) -> T:
    with transaction() as tx:
        return work(tx)


def give(person: int, amount: int, key: str = "gift", expires_at: datetime | None = None) -> bool:
    gift = Grant("gift", amount, key, "A gift", expires_at)
    return within(lambda tx: wallet.grant(tx, person, gift, NOW))


def hold(person: int, job: str, amount: int, now: datetime = NOW) -> None:
    within(lambda tx: wallet.hold(tx, person, job, amount, "a picture", now))


def capture(job: str, now: datetime = NOW) -> bool:
    return within(lambda tx: wallet.capture(tx, job, now))


def release(job: str, now: datetime = NOW) -> bool:
    return within(lambda tx: wallet.release(tx, job, now))


def kinds(person: int) -> list[str]:
    return list(db.session.scalars(select(Line.kind).where(Line.person_id == person).order_by(Line.id)))


def test_a_grant_counts_once_for_its_key(ann: int) -> None:
    assert give(ann, 100, "once")
    assert not give(ann, 100, "once")
    assert statement.balance(ann, NOW) == 100


def test_two_grants_of_one_key_at_once_count_once(any_app: Flask, ann: int) -> None:
    """The second waits for the wallet's lock, and then sees that there is nothing left to do."""

    def give_too() -> bool:
        with any_app.app_context():
            return give(ann, 100, "once")

    give(ann, 1, "so that there is a wallet")
    gift = Grant("gift", 100, "once", "A gift", None)
    with ThreadPoolExecutor() as pool:
        with transaction() as tx:
            assert wallet.grant(tx, ann, gift, NOW)
            second = pool.submit(give_too)
            wait([second], timeout=0.5)
            assert not second.done()
        assert second.result(timeout=20) is False
    assert statement.balance(ann, NOW) == 101


@pytest.mark.parametrize("movement", ["grant", "hold", "welcome"])
def test_the_wallet_is_locked_before_anything_is_read(ann: int, movement: str) -> None:
    """Whoever reads first and locks later decides by what is no longer true."""
    give(ann, 100)
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: said.append(given[2].split("WHERE")[0]))
    if movement == "grant":
        give(ann, 5, "another")
    elif movement == "hold":
        hold(ann, "j", 5)
    else:
        within(lambda tx: wallet.welcome(tx, ann, Allowance("free", 100, 40), NOW.date(), NOW))
    locked = next(place for place, sql in enumerate(said) if sql.startswith("UPDATE wallets"))
    read = next(place for place, sql in enumerate(said) if sql.startswith("SELECT"))
    assert locked < read


def test_a_hold_takes_and_a_capture_keeps(ann: int) -> None:
    give(ann, 100)
    hold(ann, "j", 30)
    assert statement.balance(ann, NOW) == 70
    assert capture("j")
    assert statement.balance(ann, NOW) == 70
    assert kinds(ann) == ["grant", "hold", "capture"]


def test_a_release_gives_back(ann: int) -> None:
    give(ann, 100)
    hold(ann, "j", 30)
    assert release("j")
    assert statement.balance(ann, NOW) == 100


@pytest.mark.parametrize(
    ("first", "second"), [(capture, release), (release, capture), (capture, capture), (release, release)]
)
def test_a_hold_is_settled_once(ann: int, first: Callable[[str], bool], second: Callable[[str], bool]) -> None:
    give(ann, 100)
    hold(ann, "j", 30)
    assert first("j")
    after = statement.balance(ann, NOW)
    assert not second("j")
    assert statement.balance(ann, NOW) == after
    assert discrepancies() == []


def test_what_was_never_held_cannot_be_settled(ann: int) -> None:
    give(ann, 100)
    assert not capture("j")
    assert not release("j")
    assert statement.balance(ann, NOW) == 100


def test_more_than_the_balance_is_refused_whole(ann: int) -> None:
    give(ann, 100)
    with pytest.raises(Refusal) as refused:
        hold(ann, "j", 101)
    assert (refused.value.code, refused.value.facts) == ("out_of_credits", {"credits": 100, "credit_cost": 101})
    assert kinds(ann) == ["grant"]


def test_somebody_who_never_had_credits_is_refused(ann: int) -> None:
    with pytest.raises(Refusal, match="you have 0"):
        hold(ann, "j", 1)


def test_expired_credits_pay_for_nothing(ann: int) -> None:
    give(ann, 100, "month", NOW + timedelta(days=1))
    assert statement.balance(ann, LATER) == 0
    with pytest.raises(Refusal):
        hold(ann, "j", 1, LATER)


def test_a_release_goes_back_to_the_lots_it_came_from(ann: int) -> None:
    give(ann, 20, "soon", NOW + timedelta(days=1))
    give(ann, 50, "never")
    hold(ann, "j", 30)
    release("j")
    assert [(lot.remaining, lot.expires_at is None) for lot in statement.lots(ann, NOW)] == [(20, False), (50, True)]


def test_what_comes_back_after_its_lot_has_ended_is_lost(ann: int) -> None:
    give(ann, 20, "soon", NOW + timedelta(days=1))
    give(ann, 50, "never")
    hold(ann, "j", 30)
    release("j", LATER)
    assert statement.balance(ann, LATER) == 50
    assert kinds(ann)[-2:] == ["release", "expire"]
    assert discrepancies() == []


def test_two_late_releases_in_one_moment_both_expire(ann: int) -> None:
    give(ann, 40, "soon", NOW + timedelta(days=1))
    hold(ann, "one", 20)
    hold(ann, "two", 20)
    assert release("one", LATER)
    assert release("two", LATER)
    assert statement.balance(ann, LATER) == 0
    assert discrepancies() == []


def test_a_job_cannot_hold_twice(ann: int) -> None:
    give(ann, 100)
    hold(ann, "j", 30)
    with pytest.raises(ValueError, match="holds credits already"):
        hold(ann, "j", 30)
    assert statement.balance(ann, NOW) == 70


def test_an_error_later_in_the_transaction_undoes_the_hold(ann: int) -> None:
    give(ann, 100)

    def hold_and_crash(tx: Session) -> None:
        wallet.hold(tx, ann, "j", 30, "a picture", NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        within(hold_and_crash)
    assert statement.balance(ann, NOW) == 100
    assert kinds(ann) == ["grant"]


def test_the_database_itself_refuses_a_second_line_with_a_key(ann: int) -> None:
    give(ann, 100)
    row = {"person_id": ann, "kind": "grant", "amount": 1, "balance": 1, "what": "", "at": NOW}
    with pytest.raises(IntegrityError), transaction() as tx:
        tx.add_all([Line(**row, key="twice"), Line(**row, key="twice")])


def test_the_database_itself_refuses_a_lot_below_zero(ann: int) -> None:
    with pytest.raises(IntegrityError), transaction() as tx:
        tx.add(Lot(person_id=ann, kind="gift", amount=1, remaining=-1))


def test_insert_once_says_whether_it_did(ann: int) -> None:
    give(ann, 1)
    with transaction() as tx:
        assert not insert_once(tx, Wallet, person_id=ann, balance=999)
    assert statement.balance(ann, NOW) == 1


def test_reconciling_names_a_wallet_that_does_not_add_up(ann: int) -> None:
    give(ann, 100)
    with transaction() as tx:
        tx.get_one(Wallet, ann).balance = 101
    assert [str(found) for found in discrepancies()] == [f"person {ann}: balance 101, lines say 100, lots hold 100"]


def test_reconciling_names_a_job_settled_without_a_hold(ann: int) -> None:
    with transaction() as tx:
        row = {"person_id": ann, "kind": "capture", "amount": 0, "balance": 0, "what": "", "at": NOW}
        tx.add(Line(**row, key="settle:j", job_id="j"))
    assert [found.what for found in discrepancies()] == ["job j was settled without a hold"]
