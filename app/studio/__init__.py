"""The studio: generate, jobs, history, share pages, accounts, credits; pages, fragments and the session API."""

from flask import Flask

import app.mail.models
import app.payments.gateway
import app.payments.models
import app.till.models  # noqa: F401  (so that their tables are known)
from app.studio import (
    account,
    checkout,
    contests,
    generate,
    history,
    jobs,
    keys,
    price_list,
    share,
    spending,
    statement,
    stripe,
    tools,
    webhooks,
)
from app.studio.visit import init_visits


def init_app(app: Flask) -> None:
    init_visits(app)
    money = (price_list, checkout, stripe, statement, spending)
    for room in (generate, contests, tools, jobs, history, account, keys, webhooks, *money, share):
        app.register_blueprint(room.blueprint)
