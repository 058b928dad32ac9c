"""What a tool is made of. A tool file needs nothing else: `from app import toolkit`."""

from app.toolkit.bench import Bench, Child
from app.toolkit.discover import discover
from app.toolkit.params import Choice, Params, field, one_of, parse
from app.toolkit.tool import PICTURE, FileField, Outcome, Question, Tool

__all__ = [
    "PICTURE",
    "Bench",
    "Child",
    "Choice",
    "FileField",
    "Outcome",
    "Params",
    "Question",
    "Tool",
    "discover",
    "field",
    "one_of",
    "parse",
]
