"""Where untrusted bytes are opened: a fresh process for each call, behind walls, with a limit on everything.

`client` is what a worker holds. It starts one `zygote` in the strongest `isolation` there is (`running` is how it sees
it); the zygote has loaded every library and forks one `child` for each call. What comes back is data: `answer`.
"""

from app.imaging.sandbox.answer import ChildError
from app.imaging.sandbox.client import Sandbox

__all__ = ["ChildError", "Sandbox"]
