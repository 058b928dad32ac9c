"""A client for Limn, the picture studio you host yourself.

from limn import Limn

with Limn() as limn:
    limn.generate("a red fox beside a river at sunset", style="watercolor").save("fox.png")
    limn.convert("photo.heic", to="jpg").save("photo.jpg")
"""

from limn.aio import AsyncJob, AsyncLimn
from limn.answers import History, Me, Painted, Price, Tool
from limn.errors import (
    BadFile,
    Canceled,
    Conflict,
    ContentPolicy,
    Invalid,
    LimnError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OutOfCredits,
    OutOfReach,
    PlanRequired,
    RateLimited,
    ServerError,
    StillWorking,
    Withheld,
)
from limn.pricing import Pricing
from limn.retrying import Retrying
from limn.sync import Job, Limn
from limn.version import __version__

__all__ = [
    "AsyncJob",
    "AsyncLimn",
    "BadFile",
    "Canceled",
    "Conflict",
    "ContentPolicy",
    "History",
    "Invalid",
    "Job",
    "Limn",
    "LimnError",
    "Me",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "OutOfCredits",
    "OutOfReach",
    "Painted",
    "PlanRequired",
    "Price",
    "Pricing",
    "RateLimited",
    "Retrying",
    "ServerError",
    "StillWorking",
    "Tool",
    "Withheld",
    "__version__",
]
