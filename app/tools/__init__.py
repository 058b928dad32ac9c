"""The tools: one file each, found by being here."""

from app.toolkit import discover

TOOLS = discover(__name__, __path__)
