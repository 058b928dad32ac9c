"""Anything may happen to a wallet, in any order, at any time; the invariants of the ledger hold throughout."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from app.accounts import people
from app.credits import statement, wallet
from app.credits.ledger import Allowance, Grant
from app.credits.models import Line, Lot, Wallet
from app.credits.reconcile import discrepancies
from app.credits.wallet import TakenWith
from app.extensions import db, transaction
from app.refusals import Refusal
from tests.thorough import THOROUGH

numbers = count()
EXAMPLES = {"sqlite": 200 if THOROUGH else 30, "postgresql": 40 if THOROUGH else 8}  # of 50 steps each
KINDS: tuple[TakenWith, ...] = ("refund", "dispute")
FREE = Allowance("free", monthly=100, daily_bonus=40)


class LedgerMachine(RuleBasedStateMachine):
    """One person's wallet, and a plain sum beside it."""

    held = Bundle("held")
    settled = Bundle("settled")

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 15, tzinfo=UTC)
        self.person = people.register(f"person{next(numbers)}@limn.example", "correct horse", self.now).id
        self.on_hold: dict[str, int] = {}
        self.spent = 0

    @rule(amount=st.integers(1, 200), days=st.none() | st.integers(0, 40), key=st.integers(0, 5))
    def grant(self, amount: int, days: int | None, key: int) -> None:
        expires_at = None if days is None else self.now + timedelta(days=days)
        with transaction() as tx:
            wallet.grant(tx, self.person, Grant("gift", amount, f"gift:{key}", "A gift", expires_at), self.now)

    @rule()
    def visit(self) -> None:
        with transaction() as tx:
            wallet.welcome(tx, self.person, FREE, datetime(2026, 1, 15, tzinfo=UTC).date(), self.now)

    @rule(amount=st.integers(1, 200), days=st.none() | st.integers(0, 40), source=st.integers(0, 3))
    def buy(self, amount: int, days: int | None, source: int) -> None:
        """One payment may buy several lots, as a year does."""
        expires_at = None if days is None else self.now + timedelta(days=days)
        bought = Grant("plan" if days else "pack", amount, f"{next(numbers)}", "Bought", expires_at, f"in_{source}")
        with transaction() as tx:
            wallet.grant(tx, self.person, bought, self.now)

    @rule(source=st.integers(0, 3), share=st.fractions(0, 1, max_denominator=20), kind=st.sampled_from(KINDS))
    def take_back(self, source: int, share: Fraction, kind: TakenWith) -> None:
        self._take(source, share, kind)
        assert self._take(source, share, kind) == 0, "taken twice"

    @rule(days=st.integers(0, 40))
    def lapse(self, days: int) -> None:
        with transaction() as tx:
            wallet.lapse(tx, self.person, "plan", self.now + timedelta(days=days), self.now)

    @rule(target=held, amount=st.integers(1, 150))
    def hold(self, amount: int) -> str:
        job, before = f"job{next(numbers)}", statement.balance(self.person, self.now)
        try:
            with transaction() as tx:
                wallet.hold(tx, self.person, job, amount, "a picture", self.now)
        except Refusal:
            assert before < amount, "refused although the balance covers it"
        else:
            assert before >= amount, "accepted although the balance does not cover it"
            self.on_hold[job] = amount
        return job

    @rule(target=settled, job=consumes(held))
    def capture(self, job: str) -> str:
        with transaction() as tx:
            assert wallet.capture(tx, job, self.now) == (job in self.on_hold)
        self.spent += self.on_hold.pop(job, 0)
        return job

    @rule(target=settled, job=consumes(held))
    def release(self, job: str) -> str:
        with transaction() as tx:
            assert wallet.release(tx, job, self.now) == (job in self.on_hold)
        self.on_hold.pop(job, None)
        return job

    @rule(job=settled)
    def settle_again(self, job: str) -> None:
        with transaction() as tx:
            assert not wallet.capture(tx, job, self.now)
            assert not wallet.release(tx, job, self.now)

    @rule()
    def expire(self) -> None:
        with transaction() as tx:
            wallet.expire(tx, self.person, self.now)

    @rule(hours=st.integers(-72, 24 * 40))
    def jump(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def the_balance_is_the_sum_of_lines_and_of_lots(self) -> None:
        balance = db.session.scalar(select(Wallet.balance).where(Wallet.person_id == self.person)) or 0
        debt = db.session.scalar(select(Wallet.debt).where(Wallet.person_id == self.person)) or 0
        lots = db.session.scalar(select(func.sum(Lot.remaining)).where(Lot.person_id == self.person)) or 0
        assert balance == self._sum_of_lines() == lots - debt
        assert debt == 0 or lots == 0

    @invariant()
    def only_what_went_back_leads_below_zero(self) -> None:
        lines = select(Line.kind, Line.amount, Line.balance).where(Line.person_id == self.person).order_by(Line.id)
        for kind, amount, balance in db.session.execute(lines):
            assert balance >= 0 or amount >= 0 or kind in KINDS

    @invariant()
    def no_more_is_taken_than_was_bought(self) -> None:
        for lot in db.session.scalars(select(Lot).where(Lot.person_id == self.person)):
            assert 0 <= lot.elsewhere <= lot.taken <= lot.amount
            assert lot.remaining + lot.lapsed + lot.taken - lot.elsewhere <= lot.amount
            assert lot.source is not None or lot.taken == 0

    @invariant()
    def nothing_appears_and_nothing_vanishes(self) -> None:
        granted = self._sum_of_lines("grant")
        gone = -sum(self._sum_of_lines(kind) for kind in ("expire", *KINDS))
        assert granted == self._sum_of_lines() + sum(self.on_hold.values()) + self.spent + gone

    def teardown(self) -> None:
        assert [found for found in discrepancies() if found.person_id == self.person] == []
        db.session.remove()

    def _take(self, source: int, share: Fraction, kind: TakenWith) -> int:
        with transaction() as tx:
            return wallet.take_back(tx, self.person, f"in_{source}", kind, share, "It went back", self.now)

    def _sum_of_lines(self, kind: str | None = None) -> int:
        lines = select(func.sum(Line.amount)).where(Line.person_id == self.person)
        return db.session.scalar(lines.where(Line.kind == kind) if kind else lines) or 0


@pytest.mark.slow
def test_the_ledger_adds_up_whatever_happens(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "hash_password", lambda _password: "not what this is about")
    examples = EXAMPLES[db.engine.dialect.name]
    quiet = [HealthCheck.too_slow]
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(max_examples=examples, stateful_step_count=50, deadline=None, suppress_health_check=quiet),
    )
