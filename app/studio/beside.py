"""What a request may say besides what it asks of a tool."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.refusals import Refusal
from app.studio.visit import standing
from app.toolkit import Params, field, parse
from app.webhooks import addresses

FORM = ("csrf_token",)


def _job_id(given: Any) -> Any:
    if given is None or (isinstance(given, str) and len(given) == 22 and given.isalnum() and given.isascii()):
        return given
    raise PydanticCustomError("job_id", "this is no id of a job")


ID_SCHEMA = {"type": "string", "pattern": "^[0-9A-Za-z]{22}$"}
JobId = Annotated[str | None, BeforeValidator(_job_id), WithJsonSchema(ID_SCHEMA)]


class Beside(Params):
    model_config = ConfigDict(extra="ignore")

    dry_run: bool = field(False, label="dry_run", help="Answers the price alone; nothing is started or charged.")
    webhook_url: str | None = field(
        None, label="webhook_url", help="An address to be told when the job has ended.", max_length=2000
    )


class BesideFile(Beside):
    job: JobId = field(None, label="job", help="An earlier job, whose result is worked on instead of a file.")
    again: JobId = field(
        None, label="again", help="An earlier job of the same tool: what it began with, with new options."
    )
    batch: JobId = field(None, label="batch", help="22 letters and digits of your own that files sent together share.")


NAMES = (*BesideFile.model_fields, *FORM)


def beside(given: dict[str, Any]) -> BesideFile:
    """What stands beside the parameters. An empty field was left out."""
    return parse(BesideFile, {name: value for name, value in given.items() if name in NAMES and value != ""})


def heard_at(wanted: Beside) -> str | None:
    """The address to tell, if it is one that may be told. A guest has nowhere to look up the secret that signs."""
    if wanted.webhook_url is None:
        return None
    if not standing().signed_in:
        raise Refusal("login_required", "Sign in to have a webhook called.", field="webhook_url")
    addresses.check(wanted.webhook_url)
    return wanted.webhook_url
