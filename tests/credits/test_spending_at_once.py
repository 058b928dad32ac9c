"""Eight processes spend from one account at once: not one credit too many."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from app import create_app
from app.accounts import people
from app.credits import statement, wallet
from app.credits.ledger import Grant
from app.credits.reconcile import discrepancies
from app.extensions import transaction
from app.refusals import Refusal
from config import Settings
from tests.workers import BY_FORK

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PROCESSES, HOLDS, PRICE = 8, 25, 10
COVERED = 120  # of the 200 holds that are tried


def spend(settings: Settings, person: int, name: int) -> int:
    """Try to hold again and again. How many were accepted; every third is released at once and does not count."""
    accepted = 0
    with create_app(settings).app_context():
        for number in range(HOLDS):
            job = f"{name}-{number}"
            try:
                with transaction() as tx:
                    wallet.hold(tx, person, job, PRICE, "a picture", NOW)
            except Refusal:
                continue
            if number % 3 == 0:
                with transaction() as tx:
                    assert wallet.release(tx, job, NOW)
            else:
                accepted += 1
    return accepted


@pytest.mark.slow
def test_eight_processes_cannot_spend_more_than_there_is(any_app: Flask) -> None:
    person = people.register("ann@limn.example", "correct horse", NOW).id
    with transaction() as tx:
        wallet.grant(tx, person, Grant("gift", COVERED * PRICE, "gift", "A gift", None), NOW)
    with BY_FORK.Pool(PROCESSES) as pool:
        settings = any_app.extensions["settings"]
        accepted = sum(pool.starmap(spend, [(settings, person, name) for name in range(PROCESSES)]))
    assert 0 < accepted <= COVERED
    assert statement.balance(person, NOW) == (COVERED - accepted) * PRICE
    assert discrepancies() == []
