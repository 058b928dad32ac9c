"""The site around the studio."""

from flask import Flask

from app.site import health, manifest


def init_app(app: Flask) -> None:
    app.register_blueprint(health.blueprint)
    app.register_blueprint(manifest.blueprint)
