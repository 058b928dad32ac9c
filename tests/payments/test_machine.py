"""People, a bank, the post and the power do what they like, in any order: every cent and every credit adds up.

Events come in any order, twice, late or broken off at any line; time goes by in leaps. In between the ledger holds, and
whenever all that happened was told, what we say is what the test checkout says.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select, update

from app.accounts import people
from app.billing import standing
from app.billing.plans import ITEMS
from app.credits import wallet
from app.credits.models import Line, Lot
from app.credits.reconcile import discrepancies
from app.extensions import Base, db, transaction
from app.payments import catalogue, duties, entitlement, granting
from app.payments.subjects import HEARD
from app.refusals import Refusal
from app.till import events, hands, life, store
from app.till.cards import CARDS
from app.till.errors import TillError
from app.till.models import TillEvent, TillObject
from tests.jobs.test_crashes import Cut
from tests.payments.powercuts import APPLYING
from tests.payments.till_desk import Desk
from tests.payments.till_truth import Truth
from tests.thorough import THOROUGH

STEPS = 80
EXAMPLES = {"sqlite": 32 if THOROUGH else 3, "postgresql": 3 if THOROUGH else 1}  # of so many steps, in each quarter
STOCK = ("till", "product", "price", "billing_portal.configuration")  # what is at the till before anybody comes
BELOW_ZERO = ("refund", "dispute")

WHO = st.integers(0, 1)
WHICH = st.integers(0, 10_000)  # of several things; counted round
PLANS = st.sampled_from([item.id for item in ITEMS.values() if item.plan])
PACKS = st.sampled_from(["pack-10", "pack-100"])


class Town(RuleBasedStateMachine):
    """Two people who buy at the test checkout, and all that may befall them."""

    desk: Desk

    @initialize(
        day=st.integers(0, 40),
        hour=st.integers(0, 23),
        lasts=st.sampled_from([40, 70, 100, 400]),
        items=st.lists(PLANS | PACKS, min_size=2, max_size=2),
    )
    def begin(self, day: int, hour: int, lasts: int, items: list[str]) -> None:
        empty()
        self.desk.time.time = datetime(2027, 1, 10, tzinfo=UTC) + timedelta(days=day, hours=hour)
        self.ends = self.now + timedelta(days=lasts)  # every month is told of in ten events, and costs its time
        self.people = [self.desk.joins(name) for name in ("ann", "ben")]
        self.sessions: list[str] = []
        self.held: list[str] = []
        self.jobs = count()
        self.granted: int | None = None
        for who, item in enumerate(items):
            self.buy(who, item)

    @property
    def now(self) -> datetime:
        return self.desk.time.now()

    @rule(who=WHO, item=PLANS | PACKS)
    def buy(self, who: int, item: str) -> None:
        with suppress(Refusal, TillError):
            self.sessions.append(self.desk.opens(self.people[who], item))
            hands.pay(self.sessions[-1], "works", self.now)

    @rule(who=WHO, item=PLANS | PACKS, which=WHICH, card=st.sampled_from(list(CARDS)))
    def pay_for_one_of_two(self, who: int, item: str, which: int, card: str) -> None:
        """A checkout is opened, and this or an older one is paid with whatever card."""
        with suppress(Refusal, TillError):
            self.sessions.append(self.desk.opens(self.people[who], item))
            hands.pay(self.sessions[which % len(self.sessions)], card, self.now)

    @rule(which=WHICH, item=PLANS)
    def change(self, which: int, item: str) -> None:
        for subscription in self._one_of("subscription", which):
            with suppress(TillError):
                self.desk.upgrades(subscription, item)

    @rule(which=WHICH, act=st.sampled_from([hands.cancel, hands.cancel_now, hands.keep, hands.pause, hands.resume]))
    def turn(self, which: int, act: object) -> None:
        for subscription in self._one_of("subscription", which):
            with suppress(TillError):
                act(subscription, self.now)  # type: ignore[operator]

    @rule(which=WHICH, card=st.sampled_from(["works", "fails-later", "shared", None]))
    def change_card(self, which: int, card: str | None) -> None:
        for customer in self._one_of("customer", which):
            with suppress(TillError):
                hands.change_card(customer, card, self.now) if card else hands.remove_card(customer, self.now)

    @rule(outcome=st.sampled_from(["canceled", "unpaid"]))
    def settle_what_follows_a_last_attempt(self, outcome: str) -> None:
        hands.after_last_attempt(outcome, self.now)

    @rule(which=WHICH, cents=st.none() | st.integers(1, 3_000))
    def refund(self, which: int, cents: int | None) -> None:
        for intent in self._one_of("payment_intent", which):
            with suppress(TillError):
                hands.refund(intent, cents, self.now)

    @rule(which=WHICH, won=st.none() | st.booleans())
    def dispute(self, which: int, won: bool | None) -> None:
        """One begins, or the bank decides."""
        with suppress(TillError):
            if won is None:
                for intent in self._one_of("payment_intent", which):
                    hands.dispute(intent, self.now)
            else:
                for dispute in self._one_of("dispute", which):
                    hands.close_dispute(dispute, won, self.now)

    @rule(hours=st.integers(1, 24 * 9))
    def time_goes_by(self, hours: int) -> None:
        if self.now < self.ends:
            self.desk.time.forward(hours=hours)
            life.advance(self.now)

    @rule(days=st.integers(20, 40))
    def a_month_goes_by(self, days: int) -> None:
        self.time_goes_by(24 * days)

    @rule(which=WHICH)
    def one_event_comes(self, which: int) -> None:
        for event in self._an_event(which, TillEvent.heard_at.is_(None)):
            self._hear(event)

    @rule(which=WHICH)
    def any_event_comes_again(self, which: int) -> None:
        for event in self._an_event(which, TillEvent.number > 0):
            self._hear(event)

    @rule(which=WHICH, line=st.integers(0, 400))
    def the_power_fails_while_an_event_comes(self, which: int, line: int) -> None:
        for event in self._an_event(which, TillEvent.heard_at.is_(None) & TillEvent.type.in_(HEARD)):
            with Cut(line, APPLYING):
                self._hear(event)
            db.session.remove()

    @rule(steps=st.lists(WHICH, min_size=2, max_size=12))
    def some_events_come(self, steps: list[int]) -> None:
        for which in steps:
            self.one_event_comes(which)

    @rule()
    def a_minute_strikes(self) -> None:
        granting.grant_due(self.now)
        duties.announce_trial_ends(self.now)
        entitlement.end_overdue(self.now)

    @rule(who=WHO, part=st.integers(1, 11))
    def start_a_job(self, who: int, part: int) -> None:
        """Somebody comes by, and orders for a part of what there is, or a little more than all of it."""
        person, job = self.people[who], f"job {next(self.jobs)}"
        has = standing.welcome(self.desk.person(person), self.now).credits or 0
        price = max(1, has * part // 10)
        with suppress(Refusal):
            with transaction() as tx:
                wallet.hold(tx, person, job, price, "a picture", self.now)
            self.held.append(job)

    @rule(which=WHICH, well=st.booleans())
    def end_a_job(self, which: int, well: bool) -> None:
        if self.held:
            job = self.held[which % len(self.held)]
            with transaction() as tx:
                wallet.capture(tx, job, self.now) if well else wallet.release(tx, job, self.now)

    @rule()
    def all_is_told(self) -> None:
        """And then ours is Stripe's truth."""
        self._skip_what_says_nothing()
        self.desk.hears()
        self.a_minute_strikes()
        assert list(Truth(self.now).problems()) == []

    @invariant()
    def the_ledger_holds(self) -> None:
        db.session.remove()
        assert discrepancies() == []
        granted = db.session.scalar(select(func.max(Lot.id)))
        if granted != self.granted:
            assert list(Truth(self.now).grants_that_differ(final=False)) == []
            self.granted = granted

    @invariant()
    def only_money_that_went_back_leads_below_zero(self) -> None:
        below = select(Line.kind).where(Line.amount < 0, Line.balance < 0, Line.kind.not_in(BELOW_ZERO))
        assert db.session.scalars(below).all() == []

    @invariant()
    def a_hold_is_settled_once(self) -> None:
        ended = select(Line.job_id).where(Line.kind.in_(("capture", "release")))
        found = db.session.scalars(ended).all()
        assert len(found) == len(set(found))

    def teardown(self) -> None:
        if hasattr(self, "people"):
            self.all_is_told()
            assert self.desk.differences() == [], "there is something left to mend"
        db.session.remove()

    def _one_of(self, kind: str, which: int) -> list[str]:
        found = db.session.scalars(select(TillObject.id).where(TillObject.kind == kind).order_by(TillObject.number))
        every = found.all()
        return [every[which % len(every)]] if every else []

    def _an_event(self, which: int, wanted: object) -> list[TillEvent]:
        numbers = db.session.scalars(select(TillEvent.number).where(wanted).order_by(TillEvent.number)).all()  # type: ignore[arg-type]
        return [db.session.get_one(TillEvent, numbers[which % len(numbers)])] if numbers else []

    def _skip_what_says_nothing(self) -> None:
        """Four of five events are of types that nobody listens to. Single ones come all the same: this saves time."""
        idle = (TillEvent.heard_at.is_(None), TillEvent.type.not_in(HEARD))
        with transaction() as tx:
            tx.execute(update(TillEvent).where(*idle).values(heard_at=self.now, answer="skipped"))

    def _hear(self, event: TillEvent) -> None:
        events.heard(event.id, self.desk.says(event), self.now)


def empty() -> None:
    """Nobody was here yet. The till keeps its stock, which takes long to put on the shelves."""
    db.session.remove()
    with transaction() as tx:
        for table in reversed(Base.metadata.sorted_tables):
            tx.execute(
                delete(table) if table.name != "till_objects" else delete(table).where(table.c.kind.not_in(STOCK))
            )


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("quarter", range(4))
def test_every_cent_and_credit_adds_up_whatever_happens(
    any_desk: Desk, quarter: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "hash_password", lambda _password: "not what this is about")
    numbers = count()
    monkeypatch.setattr(store, "token_hex", lambda _size: f"{next(numbers):024x}")
    monkeypatch.setattr(Town, "desk", any_desk, raising=False)
    catalogue.price_id(ITEMS["pro-month"])
    run_state_machine_as_test(
        Town,
        settings=settings(
            max_examples=EXAMPLES[db.engine.dialect.name],
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
