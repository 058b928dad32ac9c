"""The functions that apply an event, for power cuts between any two of their lines."""

from types import FunctionType, ModuleType

from app.credits import wallet
from app.extensions import transaction
from app.jobs import belongings
from app.payments import applying, entitlement, granting, hearing, syncing, taking_back, telling, trials
from tests.jobs.test_crashes import Functions


def _functions_of(module: ModuleType) -> Functions:
    """Its own, leading and helping ones alike."""
    mine = (thing for thing in vars(module).values() if isinstance(thing, FunctionType))
    return tuple(function for function in mine if function.__module__ == module.__name__)


APPLYING: Functions = (
    transaction.__wrapped__,  # type: ignore[attr-defined]
    *(
        function
        for module in (hearing, syncing, applying, entitlement, granting, taking_back, telling, trials)
        for function in _functions_of(module)
    ),
    *_functions_of(belongings),
    *_functions_of(wallet),
)
