"""Eight threads start jobs on one account at once: not one goes beyond its cap, and one mail tells of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app.accounts import caps, people
from app.billing.plans import FREE
from app.billing.standing import Standing
from app.credits import wallet
from app.credits.ledger import Grant
from app.extensions import db, transaction
from app.jobs import lifecycle
from app.jobs.asker import Asker
from app.jobs.spent import spent_by_account
from app.mail.models import Mail
from app.refusals import Refusal
from app.tools import generate

NOW = datetime(2026, 11, 20, tzinfo=UTC)
THREADS, JOBS, PRICE, CAP = 8, 3, 20, 130


def starts(app: Flask, person: int) -> int:
    """Try again and again. How many were accepted."""
    accepted = 0
    with app.app_context():
        for _ in range(JOBS):
            try:
                asker = Asker(Standing(FREE, email="ann@limn.example"), person_id=person)
                lifecycle.start(asker, generate.tool, generate.GenerateParams(prompt="a red fox"), NOW)
            except Refusal as refusal:
                assert refusal.code == "spending_cap"  # noqa: PT017  (there is one refusal that may come)
            else:
                accepted += 1
    return accepted


def test_a_cap_holds_however_many_come_at_once(any_app: Flask) -> None:
    person = people.register("ann@limn.example", "correct horse", NOW).id
    caps.set_cap(person, CAP)
    with transaction() as tx:
        wallet.grant(tx, person, Grant("gift", 1000, "gift", "A gift", None), NOW)
    with ThreadPoolExecutor(THREADS) as pool:
        accepted = sum(pool.map(starts, [any_app] * THREADS, [person] * THREADS))
    assert accepted == CAP // PRICE
    assert spent_by_account(db.session, person, NOW) == accepted * PRICE
    [mail] = db.session.scalars(select(Mail).where(Mail.kind == "cap_near"))
    assert mail.facts["spent"] == 120
