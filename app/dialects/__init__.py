"""What existing clients already speak, translated onto the same jobs: no logic of its own."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers nothing yet."""
