"""What is ordered becomes a job: its price, its id, its place in the queue."""

import secrets
from datetime import datetime

from app.engines.catalogue import Model
from app.jobs import choosing
from app.jobs.asker import Asker
from app.jobs.inputs import Order
from app.jobs.models import Job
from app.lanes import TOOLS
from app.toolkit import Params, Tool

ID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LONGEST_ORIGIN = 300  # a Host header can be longer than any real one
ID_LENGTH = 22  # 131 random bits

NOTHING = Order()


def new_job(asker: Asker, tool: Tool, params: Params, model: Model | None, order: Order, now: datetime) -> Job:
    """The job that an order is, not yet in the queue."""
    width, height = tool.size(params)
    standing = asker.standing
    return Job(
        id=new_id(),
        person_id=asker.person_id,
        visitor=asker.visitor if asker.anonymous else None,
        network=asker.network if asker.anonymous else None,
        tool=tool.name,
        lane=model.name if model else TOOLS,
        kin=choosing.kin(tool, (width, height), params),
        params=params.model_dump(mode="json"),
        width=width,
        height=height,
        price=0 if asker.anonymous else price(tool, params, model, order),
        plan=standing.plan.id,
        watermarked=standing.watermarked and tool.paints is not None,
        temporary=standing.watermarked,
        file_name=order.name,
        batch=order.batch,
        retention=standing.retention,
        api_key_id=asker.key.id if asker.key else None,
        once=order.once,
        origin=order.origin.rstrip("/")[:LONGEST_ORIGIN],
        webhook_url=order.webhook_url,
        created_at=now,
        rank_at=now - standing.plan.head_start,
    )


def price(tool: Tool, params: Params, model: Model | None, order: Order = NOTHING) -> int:
    """What a run costs somebody with an account: nothing where the work was done, and paid, before."""
    kept = order.again and set(tool.keeps) <= {upload.field for upload in order.files}
    return 0 if kept and tool.free_again else choosing.price_with(model, tool.price(params))


def what_for(job: Job, tool: Tool) -> str:
    """As the statement names it."""
    words = job.params.get("prompt") or job.file_name
    return words if tool.files == () else f"{tool.title}: {words}"


def new_id() -> str:
    """Unguessable: of a job, or of files sent together."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
