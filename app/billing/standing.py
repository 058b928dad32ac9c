"""Where somebody stands: their plan, their credits, and what follows for the pictures they make."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts import people
from app.accounts.models import Person
from app.accounts.verifying import verified
from app.billing.plans import FREE, KEPT, PLANS, Plan
from app.credits import statement, wallet
from app.credits.ledger import Allowance, visit
from app.extensions import settings, transaction


@dataclass(frozen=True)
class Standing:
    plan: Plan
    email: str | None = None
    initials: str = ""
    credits: int | None = None  # None: an anonymous visitor, who has no balance
    credits_expire_at: datetime | None = None
    low_credits: bool = False
    has_pack: bool = False
    verified: bool = True  # or free credits wait for their address to be
    plan_until: datetime | None = None  # of a plan that is paid: when it ends unless it is paid for again

    @property
    def signed_in(self) -> bool:
        return self.email is not None

    @property
    def watermarked(self) -> bool:
        return self.plan.watermark and not self.has_pack

    @property
    def keeps_files_for(self) -> timedelta | None:
        return None if self.has_pack else self.plan.keeps_files_for

    @property
    def retention(self) -> str:
        return KEPT if self.has_pack and not self.plan.paid else self.plan.retention


ANONYMOUS = Standing(plan=FREE)


def standing_of(person: Person, now: datetime) -> Standing:
    return _standing(person, statement.summary(person.id, now), now)


def welcome(person: Person, now: datetime) -> Standing:
    """Grant what this visit brings, the month's credits and the bonus of a day of return; the standing after it."""
    allowance = _allowance(person, now)
    seen = statement.summary(person.id, now)
    if seen.welcomed != visit(allowance, now):
        owner = person.id if plan_of(person, now).paid else people.first_of_box(person)
        with transaction() as tx:
            wallet.welcome(tx, person.id, allowance, person.joined_at.date(), now, owner)
        seen = statement.summary(person.id, now)
    return _standing(person, seen, now)


def plan_of(person: Person, now: datetime) -> Plan:
    """The plan that holds now. One that is paid ends by itself when its time is up, whoever forgets to say so."""
    return PLANS[person.plan] if person.plan_until is None or now < person.plan_until else FREE


def _allowance(person: Person, now: datetime) -> Allowance:
    plan = plan_of(person, now)
    if not plan.paid and not verified(person):
        return Allowance("unverified", 0, 0)
    paid_for = plan.paid and person.plan_until is not None
    return Allowance(plan.id, 0, 0) if paid_for else plan.allowance  # its invoices bring its credits


def _standing(person: Person, seen: statement.Summary, now: datetime) -> Standing:
    plan = plan_of(person, now)
    return Standing(
        plan=plan,
        verified=verified(person),
        plan_until=person.plan_until if plan.paid else None,
        email=person.email,
        initials=person.initials,
        credits=seen.balance,
        credits_expire_at=seen.soonest_expiry,
        low_credits=seen.balance < settings().LOW_CREDITS,
        has_pack=seen.has_pack,
    )
