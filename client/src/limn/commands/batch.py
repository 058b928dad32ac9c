"""Many runs at once, as many as wanted and no more, each noted in the journal as far as it got."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from limn.aio import AsyncJob, AsyncLimn
from limn.answers import Tool
from limn.commands.journal import Journal, Record, fingerprint
from limn.commands.naming import ALIKE, really
from limn.commands.plan import Unit
from limn.commands.telling import BEFORE, DONE, FAILED, Lines, Outcome
from limn.errors import (
    LimnError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutOfCredits,
    OutOfReach,
    PlanRequired,
    RateLimited,
    StillWorking,
)
from limn.given import Given, refuse_too_large
from limn.retrying import Retrying
from limn.saving import Naming, place, unfinished

PATIENTLY = Retrying(tries=9)  # up to a minute: long enough for a server to be started anew
HOPELESS = (NotSignedIn, NotAllowed, PlanRequired, OutOfCredits, OutOfReach, RateLimited)  # for all that follow, too


@dataclass
class Batch:
    tool: Tool
    options: Mapping[str, Given]
    identity: str  # of what is asked, beside the files
    journal: Journal
    teller: Lines
    force: bool = False
    ending: str | None = None  # of the results, where it is known
    outcomes: list[Outcome] = field(default_factory=list)
    stopped: LimnError | None = None

    async def run(self, units: Sequence[Unit], at_once: int) -> None:
        """Until all are done, or one has failed in a way that all would."""
        waiting = iter(units)
        async with AsyncLimn(retrying=PATIENTLY) as limn, asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(units))):
                group.create_task(self._work(limn, waiting))

    async def _work(self, limn: AsyncLimn, waiting: Iterator[Unit]) -> None:
        for unit in waiting:
            if self.stopped:
                return
            outcome = await self._outcome(limn, unit)
            self.outcomes.append(outcome)
            self.teller.tell(outcome)

    async def _outcome(self, limn: AsyncLimn, unit: Unit) -> Outcome:
        try:
            return await self._do(limn, unit)
        except LimnError as error:
            if isinstance(error, HOPELESS):
                self.stopped = error
            return Outcome(unit.source, FAILED, error=error)
        except OSError as error:  # of this file, or of its folder
            told = LimnError("file", f"{error.strerror or error}", {"path": os.fspath(error.filename or unit.source)})
            return Outcome(unit.source, FAILED, error=told)

    async def _do(self, limn: AsyncLimn, unit: Unit) -> Outcome:
        before = unit.there(self.journal.of(unit.digest))
        if before and not self.force:
            return Outcome(unit.source, BEFORE, self._copy(unit, before))
        if not self.force and (there := unit.in_the_way(self.ending)):
            raise LimnError("exists", f"{there} is there already. Use --force to replace it.", {"path": str(there)})
        if unit.file:
            refuse_too_large(self.tool, unit.file)
        job, saved, paid = await self._carry_on(limn, unit)
        self._tell_other_kinds(saved)
        return Outcome(unit.source, DONE, self._copy(unit, saved), job.state, paid=paid)

    def _tell_other_kinds(self, saved: Sequence[Path]) -> None:
        """Somebody named a file .jpg, and a PNG came."""
        for path in saved:
            held, called = really(path), path.suffix.lower()
            if held and held != ALIKE.get(called, called):
                self.teller.note(f"{path} holds a {held[1:].upper()}, whatever its name says.")

    async def _carry_on(self, limn: AsyncLimn, unit: Unit) -> tuple[AsyncJob, list[Path], bool]:
        """From where an earlier command left off; from the start if that came to nothing. And: is it paid now?"""
        earlier = self.journal.of(unit.digest).job_id is not None
        try:
            job, earlier = await self._begin(limn, unit)
            return job, await self._end(job, unit), not earlier
        except LimnError as error:
            if not came_to_nothing(error):
                raise
            self.journal.again(unit.digest)
            if not earlier:
                raise
        job, earlier = await self._begin(limn, unit)
        return job, await self._end(job, unit), not earlier

    async def _begin(self, limn: AsyncLimn, unit: Unit) -> tuple[AsyncJob, bool]:
        """The job, and whether an earlier command began it."""
        record = self.journal.of(unit.digest)
        if record.job_id:
            return await limn.job(record.job_id), True
        job = await self._start(limn, unit, record)
        self.journal.note(unit.digest, replace(record, job_id=job.id))
        return job, job.state.replayed

    async def _end(self, job: AsyncJob, unit: Unit) -> list[Path]:
        await job.wait(on_look=lambda state: self.teller.look(unit.source, state))
        saved = await job.save(unit.naming, overwrite=self.force)
        record = self.journal.of(unit.digest)
        self.journal.note(unit.digest, replace(record, saved=tuple(str(path.resolve()) for path in saved)))
        return saved

    async def _start(self, limn: AsyncLimn, unit: Unit, record: Record) -> AsyncJob:
        name = unit.file.name if unit.file else ""
        key = fingerprint(self.journal.nonce, self.identity, unit.digest, name, record.attempt)
        return await limn.run(self.tool.name, unit.file, **{**self.options, "idempotency_key": key})

    def _copy(self, unit: Unit, saved: Sequence[Path]) -> list[Path]:
        """For the files that had the same content."""
        return [
            *saved,
            *(_copied(path, naming) for naming in unit.copies for path in saved[:1] if _lacks(naming, path)),
        ]


def came_to_nothing(error: LimnError) -> bool:
    """Whether a job is behind it that will never have a result, or has one no more."""
    return isinstance(error, NotFound) or (error.job_id is not None and not isinstance(error, StillWorking))


def _lacks(naming: Naming, saved: Path) -> bool:
    return not (naming.folder / f"{naming.stem}{saved.suffix}").exists()


def _copied(saved: Path, naming: Naming) -> Path:
    target = naming.path(1, saved.suffix)
    with unfinished(naming.folder) as part:
        shutil.copyfile(saved, part)
        place(part, target, overwrite=False)
    return target
