"""The studio: generate, jobs, history, share pages, accounts, credits; pages, fragments and the session API."""

from flask import Flask

import app.mail.models
import app.payments.gateway
import app.payments.models
import app.till.models  # noqa: F401  (so that their tables are known)
from app.studio import (
    account,
    billing,
    checkout,
    contests,
    generate,
    history,
    jobs,
    keys,
    models,
    price_list,
    pricing,
    reset,
    share,
    spending,
    statement,
    stripe,
    till,
    till_desk,
    tools,
    verify,
    webhooks,
)
from app.studio.running_low import running_low
from app.studio.visit import init_visits


def init_app(app: Flask) -> None:
    init_visits(app)
    app.add_template_global(running_low)
    app.add_template_global(models.who_paints)
    money = (price_list, pricing, checkout, stripe, billing, statement, spending, till, till_desk)
    work = (generate, contests, tools, models, jobs, history)
    for room in (*work, account, verify, reset, keys, webhooks, *money, share):
        app.register_blueprint(room.blueprint)
