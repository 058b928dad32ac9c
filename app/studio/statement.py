"""The statement: what there is to spend, and every line that led to it, as a page and as a table to take along."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.credits import lines
from app.credits import statement as ledger
from app.credits.ledger import month_end
from app.credits.lines import SORTS, Entry, Wanted
from app.refusals import Refusal
from app.studio.visit import signed_in
from app.web import LARGEST

blueprint = Blueprint("statement", __name__)

PAGE = 50
SAID = {"release": "Given back: {what}", "expire": "Expired"}  # the others say it themselves
TITLES = {"in": "Came in", "spent": "Spent", "back": "Given back", "expired": "Expired", "taken": "Taken back"}
HEAD = ("when", "kind", "what", "credits", "balance", "job")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is one to a spreadsheet


@blueprint.get("/credits")
def show() -> ResponseReturnValue:
    me, now, asked = signed_in(), clock.now(), _asked()
    found = lines.page(me.id, _wanted(asked), _before(), PAGE + 1)
    lots = [
        {"title": ledger.TITLES[lot.kind], "remaining": lot.remaining, "expires_at": lot.expires_at}
        for lot in ledger.lots(me.id, now)
    ]
    return render_template(
        "credits/statement.html",
        lines=[{**line._asdict(), "what": _said(line)} for line in found[:PAGE]],
        lots=lots,
        asked=asked,
        sorts=TITLES,
        months=_months(me.joined_at, now),
        csv_url=url_for("statement.download", **asked),
        next_url=url_for("statement.show", **asked, before=found[PAGE - 1].id) if len(found) > PAGE else None,
        nav="credits",
    )


@blueprint.get("/credits.csv")
def download() -> ResponseReturnValue:
    """All lines of the filter. Times are UTC."""
    me, asked = signed_in(), _asked()
    name = "-".join(["credits", *asked.values()])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    rows = _rows(me.id, _wanted(asked))
    return Response(stream_with_context(rows), mimetype="text/csv", headers=headers)


def _rows(person_id: int, wanted: Wanted) -> Iterator[str]:
    yield _row(HEAD)
    for line in lines.every(person_id, wanted):
        at = f"{line.at:%Y-%m-%dT%H:%M:%SZ}"
        yield _row((at, line.kind, _said(line), line.amount, line.balance, line.job_id or ""))


def _row(cells: tuple[object, ...]) -> str:
    """One line of CSV. What somebody wrote is never a formula."""
    out = StringIO()
    csv.writer(out).writerow(
        [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell for cell in cells]
    )
    return out.getvalue()


def _said(line: Entry) -> str:
    return SAID.get(line.kind, "{what}").format(what=line.what)


def _asked() -> dict[str, Any]:
    """The filter of the address. Refuses one that is none."""
    asked = {name: request.args[name] for name in ("sort", "month") if request.args.get(name)}
    if asked.get("sort", "in") not in SORTS:
        raise Refusal("invalid", f"“sort” is one of {', '.join(SORTS)}.", field="sort")
    return asked


def _wanted(asked: dict[str, Any]) -> Wanted:
    since, until = _month(asked["month"]) if "month" in asked else (None, None)
    return Wanted(asked.get("sort"), since, until)


def _month(text: str) -> tuple[datetime, datetime]:
    """Its first moment and the one after its last, of "2026-11"."""
    if not MONTH.fullmatch(text):
        raise Refusal("invalid", "A month reads 2026-11.", field="month")
    first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    return first, month_end(first)


def _months(first: datetime, last: datetime) -> list[dict[str, Any]]:
    """Newest first, as the address and as a person says it."""
    found, month = [], last.replace(day=1)
    while month >= first.replace(day=1):
        found.append({"value": f"{month:%Y-%m}", "title": f"{month:%B %Y}"})
        month = (month - timedelta(days=1)).replace(day=1)
    return found or [{"value": f"{last:%Y-%m}", "title": f"{last:%B %Y}"}]


def _before() -> int | None:
    before = request.args.get("before", type=int)
    return None if before is None else max(-LARGEST, min(before, LARGEST))
