"""Server-sent events: previews or mere signs of life while a picture is painted, then the picture."""

import time
from collections.abc import Iterator

from flask import Response, stream_with_context

from app import clock
from app.dialects import work
from app.dialects.openai import sent
from app.dialects.openai.asked import AskedToPaint
from app.dialects.openai.errors import say
from app.dialects.openai.partials import Partials
from app.extensions import settings
from app.jobs import lifecycle, waiting
from app.jobs.inputs import Order
from app.jobs.models import Job
from app.refusals import Refusal
from app.studio.visit import asker
from app.toolkit import Params, Tool

PULSE = 5.0  # seconds between signs of life, by which a client that has gone is noticed
LOOK = 1.0  # seconds between looks for a preview
ALIVE = ": painting\n\n"


def stream(tool: Tool, params: Params, order: Order, asked: AskedToPaint, name: str) -> Response:
    """The answer, once the job is placed: what stands in its way is refused as everywhere."""
    work.take_place()
    try:
        job = work.placed(tool, params, order)
    except BaseException:
        waiting.leave_place()
        raise
    response = Response(stream_with_context(_events(job, asked, name)), mimetype="text/event-stream")
    response.call_on_close(waiting.leave_place)
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep it all until the end
    return response


def _events(job: Job, asked: AskedToPaint, name: str) -> Iterator[str]:
    until = time.monotonic() + settings().DIALECT_WAIT_SECONDS
    partials, pulse = Partials(job, asked, name), LOOK if asked.partial_images else PULSE
    try:
        yield ALIVE
        while not waiting.watch(job.id, min(pulse, until - time.monotonic())):
            if time.monotonic() >= until:
                work.take_back(job.id)
                break
            yield partials.newest() or ALIVE
        yield from sent.events(work.ended(job.id), asked, f"{name}.completed")
    except Refusal as refusal:
        yield sent.event("error", say(refusal, refusal.status).body)
    except GeneratorExit:  # the client has gone
        lifecycle.cancel(asker(), job.id, clock.now())
        raise
