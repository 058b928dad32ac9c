"""The studio: generate, jobs, history, share pages, accounts, credits; pages, fragments and the session API."""

from flask import Flask

from app.studio import account, contests, generate, history, jobs, keys, share, statement, tools, webhooks
from app.studio.visit import init_visits


def init_app(app: Flask) -> None:
    init_visits(app)
    for room in (generate, contests, tools, jobs, history, account, keys, webhooks, statement, share):
        app.register_blueprint(room.blueprint)
