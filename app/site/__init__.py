"""The site around the studio."""

from flask import Flask

from app.site import health


def init_app(app: Flask) -> None:
    app.register_blueprint(health.blueprint)
