"""Figures as pages say them."""

from flask import Flask


def init_app(app: Flask) -> None:
    app.add_template_filter(file_size)


def file_size(count: int) -> str:
    """Bytes, as people read them: 842 KB, 3.1 MB."""
    if count < 1000:
        return f"{count} B"
    return f"{round(count / 1000)} KB" if count < 1_000_000 else f"{round(count / 1_000_000, 1)} MB"
