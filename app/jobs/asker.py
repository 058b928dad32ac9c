"""Who asks: a person with their standing, or a visitor without an account."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from app.accounts.models import ApiKey
from app.billing.standing import Standing
from app.jobs.models import Job


@dataclass(frozen=True)
class Asker:
    standing: Standing
    person_id: int | None = None
    visitor: str | None = None  # the id in an anonymous visitor's cookie
    network: str = ""  # a /24 or /64
    key: ApiKey | None = None  # the key a program came by

    @property
    def anonymous(self) -> bool:
        return self.person_id is None

    def may_see(self, job_id: str) -> ColumnElement[bool]:
        """The job, if it is theirs. An anonymous job is whoever's who knows its unguessable id."""
        return and_(Job.id == job_id, Job.person_id.is_(None) | (Job.person_id == self.person_id))

    def owns(self) -> ColumnElement[bool]:
        """All their jobs."""
        if self.person_id is not None:
            return Job.person_id == self.person_id
        return and_(Job.person_id.is_(None), Job.visitor == (self.visitor or ""))
