"""The models somebody may choose from: as forms offer them, and GET /api/models."""

from typing import Any, NamedTuple

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.models import ANY
from app.billing.plans import PLANS
from app.engines.catalogue import Model
from app.engines.protocol import Task
from app.extensions import models
from app.jobs import choosing, painters
from app.jobs.models import Readiness
from app.studio.answers import SiteModels
from app.studio.visit import standing
from app.toolkit.values import BESIDES, NEEDS
from app.tools import TOOLS
from app.web.described import described

blueprint = Blueprint("models", __name__)

SAID = {Readiness.LOADING: "Is still loading", Readiness.DOWN: "Does not work at present"}


class Offer(NamedTuple):
    """A model as a choice. `plans` names those it belongs to, where it is not everybody's; `mine`: it can be chosen."""

    name: str
    title: str
    good_at: str
    factor: float
    price: int  # at this factor, of what the form's first price is
    plans: str
    mine: bool
    said: str  # why nothing comes of it at present


def offers(task: Task, price: int) -> list[Offer]:
    """Those that can do it, in the operator's order; none where there is nothing to choose."""
    able = [model for model in models().values() if task in model.tasks]
    if len(able) < 2:
        return []
    states = _states()
    return [_offer(model, price, states[model.name]) for model in able]


def chosen(task: Task, name: object) -> Model | None:
    """Where a form stands: at the model of this name, or else at the site's own choice. None where nobody can do it."""
    plan = standing().plan.id
    named = models().get(str(name))
    if named is not None and task in named.tasks and named.open_to(plan):
        return named
    return models().first(plan, task)


def who_paints() -> str:
    """A sentence that names them all."""
    if all(model.kind == "illustrator" for model in models().values()):
        return "The built-in illustrator reads your words and composes a scene."
    *others, last = [model.title for model in models().values()]
    return f"Pictures are painted by {', '.join(others)} or {last}." if others else f"Pictures are painted by {last}."


def without_lost_model(params: dict[str, Any], task: Task | None) -> dict[str, Any]:
    """What was asked for before; a model that is no longer here, or can no longer do it, is left out."""
    model = models().get(str(params.get("model")))
    if model is not None and task in model.tasks:
        return params
    return {name: value for name, value in params.items() if name != "model"}


def written_out(schema: Any) -> Any:
    """A JSON Schema with the names of this site's models wherever a parameter takes one."""
    if isinstance(schema, list):
        return [written_out(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: written_out(part) for name, part in schema.items() if name not in (NEEDS, BESIDES)}
    able = _able(schema[NEEDS]) if NEEDS in schema else {}
    named = able | {name: name for name in schema.get(BESIDES, []) if name not in able}
    return told | {"enum": [*named], "labels": [*named.values()]} if named else told


@blueprint.get("/api/models")
@described(
    "Who paints here",
    section="tools",
    scope=ANY,
    answers={200: SiteModels},
    open_to_all=True,
    help="The first is the site's own choice. A name goes into `model` of `/api/generate` and of the tools it is "
    "listed with.",
)
def list_json() -> ResponseReturnValue:
    states = _states()
    return {"ok": True, "models": [_description(model, states[model.name]) for model in models().values()]}


def _states() -> dict[str, Readiness]:
    """How each model is: one that nobody serves does not work."""
    found = painters.standings(clock.now())
    return {name: found.get(name, painters.NOBODY).state or Readiness.DOWN for name in models()}


def _offer(model: Model, price: int, state: Readiness) -> Offer:
    return Offer(
        model.name,
        model.beginning,
        model.good_at,
        model.price,
        choosing.price_with(model, price),
        choosing.plans_of(model),
        model.open_to(standing().plan.id),
        SAID.get(state, ""),
    )


def _able(tasks: list[str]) -> dict[str, str]:
    """Titles by name, of those that can do one of the tasks."""
    return {model.name: model.title for model in models().values() if model.tasks & {Task(task) for task in tasks}}


def _description(model: Model, state: Readiness) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "good_at": model.good_at,
        "tools": [tool.name for tool in TOOLS.values() if tool.paints in model.tasks],
        "price_factor": model.price,
        "plans": [plan for plan in PLANS if model.open_to(plan)],
        "state": state,
    }
