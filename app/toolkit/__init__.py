"""What a tool is made of. A tool file needs nothing else: `from app import toolkit`."""

from app.toolkit.bench import Bench
from app.toolkit.discover import discover
from app.toolkit.params import Choice, Params, field, one_of, parse
from app.toolkit.tool import Outcome, Tool

__all__ = ["Bench", "Choice", "Outcome", "Params", "Tool", "discover", "field", "one_of", "parse"]
