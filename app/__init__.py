"""Limn. This file is its table of contents."""

import logging
from typing import TYPE_CHECKING

from config import ROOT, Settings, load

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Settings | None = None) -> "Flask":
    """The app for these settings, or for those of the environment. Raises config.BadSetting; touches nothing else."""
    # Imported here, so that set-up and the sandboxed children can use a room without loading all of the house.
    from werkzeug.middleware.proxy_fix import ProxyFix

    from app import cli, dialects, site, studio, web

    app = bare_app(settings)
    if hops := app.extensions["settings"].TRUSTED_PROXIES:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for room in (web, studio, dialects, site, cli):
        room.init_app(app)
    return app


def bare_app(settings: Settings | None = None) -> "Flask":
    """The app without its doors, for a process that answers nobody: database, lanes and files. Raises BadSetting."""
    from flask import Flask

    from app import extensions
    from app.engines import catalogue

    settings = settings or load()
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.extensions["settings"] = settings
    app.extensions["models"] = catalogue.read(settings)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config.update(
        SECRET_KEY=settings.SECRET_KEY,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_NAME="limn",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings.SESSION_DAYS * 86_400,
        MAX_CONTENT_LENGTH=1024 * 1024,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": settings.WEB_THREADS, "max_overflow": settings.WEB_THREADS},
    )
    logging.getLogger("app").setLevel(logging.INFO)
    extensions.init_app(app)
    return app
