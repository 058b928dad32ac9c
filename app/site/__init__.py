"""The site around the studio."""

from flask import Flask

from app.site import health, manifest
from app.site.manual import views as manual
from app.site.openapi import views as openapi


def init_app(app: Flask) -> None:
    for part in (health, manifest, openapi, manual):
        app.register_blueprint(part.blueprint)
