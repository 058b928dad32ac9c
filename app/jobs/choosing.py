"""Which model a job goes to, what that costs, and with which others it can be painted together."""

import math

from app.billing.plans import PLANS
from app.engines.catalogue import Model
from app.engines.protocol import Task
from app.extensions import models
from app.refusals import Refusal
from app.toolkit import Params, Tool
from app.toolkit.exact import quality_of

DOES = {
    Task.WORDS: "paints from words",
    Task.PICTURE: "makes a picture from another one",
    Task.PART: "repaints a part of a picture",
}


def choose(tool: Tool, params: Params, plan: str) -> Model | None:
    """The model asked for, else the site's own choice for this plan; None for a tool that paints nothing.

    Refuses with `invalid` a model that does not exist or cannot do it, with `plan_required` one of another plan, or
    where none of this plan can do it, with `engine_unavailable` where none can at all.
    """
    if tool.paints is None:
        return None
    name = getattr(params, "model", None)
    return _named(name, tool.paints, plan) if name else _own(tool.paints, plan)


def price_with(model: Model | None, price: int) -> int:
    """In whole credits: what a model's factor makes of a price, rounded up."""
    return price if model is None else math.ceil(round(price * model.price, 6))


def plans_of(model: Model) -> str:
    """Those it belongs to, in words; empty where it is everybody's."""
    return " or ".join(plan.title for plan in PLANS.values() if plan.id in model.plans)


def kin(tool: Tool, size: tuple[int, int], params: Params) -> str | None:
    """What a model's jobs must share to be painted together; None where it shows only when the picture is opened."""
    return f"{size[0]}x{size[1]} {quality_of(params)}" if tool.paints == Task.WORDS else None


def _named(name: str, task: Task, plan: str) -> Model:
    model = models().get(name)
    if model is None:
        told = f"There is no model “{name}” here: it is one of {', '.join(models())}."
        raise Refusal("invalid", told, field="model")
    if task not in model.tasks:
        able = ", ".join(other.name for other in models().values() if task in other.tasks)
        told = f"{model.beginning} is no model that {DOES[task]}"
        raise Refusal("invalid", f"{told}: {able} can." if able else f"{told}.", field="model")
    return _open_to(plan, model)


def _own(task: Task, plan: str) -> Model:
    able = next((model for model in models().values() if task in model.tasks), None)
    if able is None:
        raise Refusal("engine_unavailable", f"This site has no model that {DOES[task]}.")
    return models().first(plan, task) or _open_to(plan, able)


def _open_to(plan: str, model: Model) -> Model:
    if not model.open_to(plan):
        told = f"{model.beginning} belongs to {plans_of(model)}. Choose another model, or change your plan."
        raise Refusal("plan_required", told, field="model", plans=", ".join(sorted(model.plans)))
    return model
