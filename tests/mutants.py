"""Takes the guards of money away, one at a time, and sees a test turn red for each: `python -m tests.mutants`.

A guard is a key that is asked for first, or a condition under which alone a row is changed. What the database itself
guards, its UNIQUE keys, is listed by tests/test_database.py, which turns red when one is missing. A look that only
saves work, before what a key or the state decides anyway, is no guard.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from config import ROOT

NEEDED = ("app", "tests", "migrations", "templates", "static", "docs", "config.py", "wsgi.py", "pyproject.toml")
PATIENCE = 900  # seconds for the tests of a guard
RED, NOTHING_RAN = 1, 5


class Guard(NamedTuple):
    """Where it stands, how it reads, what is there when it is gone, and which tests have to notice."""

    file: str
    guard: str
    gone: str
    tests: str


WALLET, LEDGER = "app/credits/wallet.py", "tests/credits/test_wallet.py tests/credits/test_taking_back.py"
LIFE, JOBS = "app/jobs/lifecycle.py", "tests/jobs/test_lifecycle.py tests/jobs/test_at_once.py"
APPLYING, AT_ONCE = "app/payments/applying.py", "tests/payments/test_at_once.py"

GUARDS = (
    Guard("app/extensions.py", ".on_conflict_do_nothing()", "", LEDGER),
    Guard(
        WALLET,
        "    if tx.scalar(select(Line.id).where(Line.key == key)) is not None:\n        return None\n",
        "",
        LEDGER,
    ),
    Guard(WALLET, "        moved = moved.where(Wallet.balance >= -amount)\n", "        pass\n", LEDGER),
    Guard(
        WALLET,
        "    tx.execute(update(Wallet).where(Wallet.person_id == person_id).values(balance=Wallet.balance))\n",
        "",
        LEDGER,
    ),
    Guard(
        WALLET,
        'f"settle:{job_id}", held.what, now, job_id) is None:\n        return False',
        "'', '', now) is None:\n        pass",
        LEDGER,
    ),
    Guard(LIFE, "Job.attempt == self.attempt, ", "", JOBS),
    Guard(LIFE, ", Job.state.in_(RUNNING))\n\n", ")\n\n", JOBS),
    Guard(LIFE, "Job.lane == lane, Job.state == State.QUEUED).order_by", "Job.lane == lane).order_by", JOBS),
    Guard(LIFE, "and_(asker.may_see(job_id), Job.state.in_(WAITING))", "asker.may_see(job_id)", JOBS),
    Guard(LIFE, "and_(Job.state.in_(RUNNING), Job.lease_until < now)", "Job.state.in_(RUNNING)", JOBS),
    Guard("app/jobs/guests.py", ", GuestCounter.used < limit", "", JOBS),
    Guard("app/jobs/duties.py", "            return False\n", "            pass\n", "tests/jobs/test_duties.py"),
    Guard(
        "app/jobs/retention.py",
        "Picture.pruned_at.is_(None), Picture.expires_at",
        "Picture.expires_at",
        "tests/jobs/test_retention.py",
    ),
    Guard(APPLYING, ", Subscription.version == seen", "", AT_ONCE),
    Guard(APPLYING, ", Payment.version == seen", "", AT_ONCE),
    Guard(APPLYING, "version=1, **fresh):\n            raise Stale", "version=1, **fresh):\n            pass", AT_ONCE),
    Guard(APPLYING, "        raise Stale  # one of the two", "        pass  # one of the two", AT_ONCE),
    Guard(
        "app/payments/granting.py",
        "== subscription_id, Subscription.next_grant_at <= now)",
        "== subscription_id)",
        AT_ONCE,
    ),
    Guard(
        "app/payments/trials.py",
        "insert_once(tx, Trial, **row) or not _taken(tx, person_id, found)",
        "insert_once(tx, Trial, **row) or True",
        "tests/payments/test_trials.py",
    ),
    Guard(
        "app/payments/hearing.py",
        "        return insert_once(tx, StripeEvent, **_row(event, outcome, doubt, now))",
        "        insert_once(tx, StripeEvent, **_row(event, outcome, doubt, now))\n        return True",
        AT_ONCE,
    ),
)


def notices(guard: Guard) -> bool:
    """Whether a test turns red without it. Raises ValueError if it does not stand where it stood."""
    with TemporaryDirectory() as folder:
        _copy(Path(folder))
        file = Path(folder, guard.file)
        text = file.read_text()
        if text.count(guard.guard) != 1:
            raise ValueError(f"{guard.file} does not say {guard.guard!r} once")
        file.write_text(text.replace(guard.guard, guard.gone))
        return _turns_red(guard.tests, folder)


def _copy(to: Path) -> None:
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, to / name)


def _turns_red(tests: str, folder: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests.split()]
    ran = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": folder},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if ran.returncode not in (0, RED):
        raise ValueError(ran.stdout.decode()[-2000:] + ran.stderr.decode()[-2000:])
    return ran.returncode == RED


def main(which: list[str]) -> int:
    """How many are not noticed. `which`: parts of names of files, all when empty."""
    missed = 0
    for guard in GUARDS:
        if which and not any(part in guard.file for part in which):
            continue
        noticed = notices(guard)
        missed += not noticed
        print(f"{'noticed' if noticed else 'MISSED '}  {guard.file}: {' '.join(guard.guard.split())[:90]}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
