"""The statement: what there is to spend, and every line that led to it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.credits import statement as ledger
from app.studio.visit import signed_in
from app.web import LARGEST

blueprint = Blueprint("statement", __name__)

PAGE = 50
SAID = {"hold": "{what}", "release": "Given back: {what}", "expire": "Expired", "grant": "{what}"}


@blueprint.get("/credits")
def show() -> ResponseReturnValue:
    me, now = signed_in(), clock.now()
    found = ledger.lines(me.id, _before(), PAGE + 1)
    lines = [
        {"at": line.at, "what": SAID[line.kind].format(what=line.what), "amount": line.amount, "balance": line.balance}
        for line in found[:PAGE]
    ]
    lots = [
        {"title": ledger.TITLES[lot.kind], "remaining": lot.remaining, "expires_at": lot.expires_at}
        for lot in ledger.lots(me.id, now)
    ]
    next_url = url_for("statement.show", before=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template("credits/statement.html", lines=lines, lots=lots, next_url=next_url, nav="credits")


def _before() -> int | None:
    before = request.args.get("before", type=int)
    return None if before is None else max(-LARGEST, min(before, LARGEST))
