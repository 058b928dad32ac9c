"""Putting a mail into words: its subject, plain text and HTML, from `templates/mail/`."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.extensions import settings
from app.mail import kinds
from app.mail.models import Mail
from config import ROOT

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)


class Worded(NamedTuple):
    subject: str
    text: str
    html: str


def worded(mail: Mail) -> Worded:
    """The first line of the plain text's template is the subject. Raises ValueError for facts of another kind."""
    facts = kinds.KINDS[mail.kind].model_validate(mail.facts)
    told = {**dict(facts), "site": settings().SITE_NAME, "home": home(mail.origin), "address": mail.address}
    subject, _, text = _templates().get_template(f"{mail.kind}.txt").render(told).partition("\n")
    html = _templates().get_template(f"{mail.kind}.html").render(told, subject=subject)
    return Worded(" ".join(subject.split()), text.strip() + "\n", html)


def home(origin: str = "") -> str:
    """Where links lead: the address of the site, without a slash at its end."""
    given = origin or settings().PUBLIC_URL
    if given:
        return given.rstrip("/")
    host = settings().HOST
    host = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{host}:{settings().PORT}"


def money(cents: int, currency: str = "usd") -> str:
    amount = f"{cents // 100:,}.{cents % 100:02}"
    return f"${amount}" if currency == "usd" else f"{amount} {currency.upper()}"


def day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def minute(at: datetime) -> str:
    return f"{day(at)}, {at:%H:%M} UTC"


def figure(number: int) -> str:
    return f"{number:,}"


def absolute(url: str, home: str) -> str:
    """An address of this site may be given as a path."""
    return f"{home}{url}" if url.startswith("/") else url


@cache
def _templates() -> Environment:
    """An environment of its own: a mail is written outside of any request, and what it lacks is an error."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates/mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(money=money, day=day, minute=minute, figure=figure, absolute=absolute)
    return made
