"""Everything that can be done at a server, each as a flow: written once, carried out by `sync` and by `aio`."""

import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import cast

from limn.answers import History, Me, Price, State, Tool, body_of
from limn.effects import Answer, Ask, Fetch, Flow, Lost, Pause
from limn.errors import NotAllowed, NotFound, StillWorking, error_in
from limn.given import File, Given, fields_of, file_field, is_file
from limn.pricing import Pricing
from limn.retrying import Retrying
from limn.saving import Naming, extension_of, place, unfinished

PATIENCE = 600.0  # seconds for a job, unless told otherwise
WAIT = {"Prefer": "wait=20"}  # for a result in the answer itself, of tools that are quick; else the job is asked for
SOONEST, LATEST = 0.25, 2.0  # seconds between two looks at a job

Options = Mapping[str, Given]


def answered(effect: Ask | Fetch, retrying: Retrying) -> Flow[Answer]:
    """The answer to a request that went well, however many tries it took. Raises the error of the last try."""
    tried = 0
    while True:
        reply = yield effect
        if isinstance(reply, Answer) and reply.fine:
            return replace(reply, tries=tried + 1)
        tried += 1
        pause = retrying.pause(tried, cast(Answer | Lost, reply), random.random())  # noqa: S311  # no secret
        if pause is None:
            raise error_in(cast(Answer | Lost, reply))
        yield Pause(pause)


def opened(effect: Ask | Fetch, retrying: Retrying) -> Flow[Answer]:
    """A file of a job. A key that may not read private files says so even where a file is open to all."""
    try:
        return (yield from answered(effect, retrying))
    except NotAllowed:
        return (yield from answered(replace(effect, with_key=False), retrying))


def started(tool: str, file: File | None, options: Options, retrying: Retrying) -> Flow[State]:
    """A run of a tool, begun, and perhaps done already. Raises what the server refuses it with."""
    key = str(options.get("idempotency_key") or uuid.uuid4())
    asked = {name: value for name, value in options.items() if name != "idempotency_key"}
    ask = _json(tool, asked) if file is None else _with(_form(tool, file, asked), WAIT)
    answer = yield from answered(_with(ask, {"Idempotency-Key": key}), retrying)
    return State.of(answer)


def looked_up(job_id: str, retrying: Retrying) -> Flow[State]:
    answer = yield from answered(Ask("GET", f"/api/job/{_segment(job_id)}"), retrying)
    return State.of(answer)


def canceled(job_id: str, retrying: Retrying) -> Flow[State]:
    ask = Ask("POST", f"/api/job/{_segment(job_id)}/cancellation", fields={})
    answer = yield from answered(_with(ask, {"Idempotency-Key": str(uuid.uuid4())}), retrying)
    return State.of(answer)


def shared(job_id: str, on: bool, retrying: Retrying) -> Flow[State]:
    ask = Ask("POST", f"/api/job/{_segment(job_id)}/sharing", fields=fields_of({"on": on}))
    answer = yield from answered(_with(ask, {"Idempotency-Key": str(uuid.uuid4())}), retrying)
    return State.of(answer)


def finished(
    state: State, timeout: float | None, retrying: Retrying, on_look: Callable[[State], None] | None = None
) -> Flow[State]:
    """The job once it has ended well. Raises the job's error, or StillWorking when the time is over."""
    deadline = time.monotonic() + (PATIENCE if timeout is None else timeout)
    pause = SOONEST
    while state.waiting:
        left = deadline - time.monotonic()
        if left <= 0:
            told = "The job goes on, but it takes longer than you wanted to wait. Ask for it by its id."
            raise StillWorking("still_working", told, {"job_id": state.id})
        yield Pause(min(pause, left))
        pause = min(LATEST, pause * 1.5)
        state = yield from looked_up(state.id, retrying)
        if on_look:
            on_look(state)
    if error := state.error:
        raise error
    return state


def saved(state: State, naming: Naming, overwrite: bool, retrying: Retrying) -> Flow[list[Path]]:
    """Where the pictures of a finished job lie now. A file appears whole or not at all."""
    paths = []
    for number, address in enumerate(state.images, 1):
        with unfinished(naming.folder) as part:
            answer = yield from opened(Fetch(address, part), retrying)
            target = naming.path(number, extension_of(answer.headers), overwrite)
            place(part, target, overwrite)
        paths.append(target)
    return paths


def whoami(retrying: Retrying) -> Flow[Me]:
    answer = yield from answered(Ask("GET", "/api/me"), retrying)
    return Me.of(body_of(answer))


def listed(retrying: Retrying) -> Flow[list[Tool]]:
    answer = yield from answered(Ask("GET", "/api/tools"), retrying)
    return [Tool.of(tool) for tool in body_of(answer).get("tools", [])]


def sold(retrying: Retrying) -> Flow[Pricing]:
    answer = yield from answered(Ask("GET", "/api/pricing"), retrying)
    return Pricing.of(body_of(answer))


def painted(page: int, limit: int, retrying: Retrying) -> Flow[History]:
    answer = yield from answered(Ask("GET", f"/api/images/history?page={page:d}&limit={limit:d}"), retrying)
    return History.of(body_of(answer))


def priced(tool: str, options: Options, retrying: Retrying) -> Flow[Price]:
    """What a run would cost; nothing is started."""
    asked = {**options, "dry_run": True} if tool == "generate" else {**options, "dry_run": 1}
    ask = _json(tool, asked) if tool == "generate" else _form(tool, None, asked)
    answer = yield from answered(ask, retrying)
    return Price.of(body_of(answer))


def _form(tool: str, file: File | None, options: Options) -> Ask:
    """A request to a tool that works on files."""
    files = {name: file_field(cast(bytes, value)) for name, value in options.items() if is_file(value)}
    fields = fields_of({name: value for name, value in options.items() if not is_file(value)})
    if isinstance(file, (str, bytes, PathLike)) or hasattr(file, "read"):
        files["image"] = file_field(cast(bytes, file))
    elif file is not None:
        fields["job"] = file.id
    return Ask("POST", f"/api/{_segment(tool)}", fields=fields, files=files)


def _json(tool: str, options: Options) -> Ask:
    """A request to a tool that begins with words."""
    return Ask("POST", f"/api/{_segment(tool)}", json={name: one for name, one in options.items() if one is not None})


def _with(ask: Ask, headers: Mapping[str, str]) -> Ask:
    return replace(ask, headers={**ask.headers, **headers})


def _segment(name: str) -> str:
    """A part of an address, which must stay one part."""
    if not name or not all(letter.isalnum() or letter in "-_" for letter in name) or not name.isascii():
        raise NotFound("not_found", f"“{name}” is the name of no tool and the id of no job.")
    return name
