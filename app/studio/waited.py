"""The answer to somebody who waits for a job's result."""

from flask.typing import ResponseReturnValue

from app.extensions import settings
from app.jobs.models import Job, State
from app.jobs.waiting import wait
from app.refusals import Refusal
from app.studio.views import as_json, find_job
from app.studio.visit import asker, look_again
from app.web.prefer import patience


def waited(job: Job, usual: float) -> ResponseReturnValue:
    """Wait as long as is usual, or as the request prefers; then the result.

    202 when it takes longer; what went wrong as an error of its own status.
    """
    wait(job.id, patience(usual, settings().WAIT_SECONDS))
    look_again()
    who = asker()
    now = find_job(who, job.id)
    if now.state == State.FAILED:
        raise Refusal(now.error_code or "internal", now.error_message or "", job_id=now.id)
    if now.state == State.CANCELED:
        raise Refusal("conflict", "This job was canceled. Nothing was charged.", job_id=now.id)
    return as_json(now, who), 202 if now.waiting else 200
