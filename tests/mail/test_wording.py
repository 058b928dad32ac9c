"""Every kind in both forms: whole, escaped, with the same figures and links."""

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from app.mail import kinds, wording
from app.mail.message import message
from app.mail.models import Mail
from app.mail.wording import Worded, worded
from tests.conftest import MakeApp
from tests.mail.letters import AT, EXTREME, LONG, PLAIN, TOKEN, Letter

HOME = "https://limn.example"
ADDRESS = "ann@limn.example"


def mail(letter: Letter, origin: str = HOME, address: str = ADDRESS, at: datetime = AT) -> Mail:
    kind, facts = letter
    kept = kinds.checked(kind, facts)
    return Mail(kind=kind, key=f"{kind}:one", facts=kept, origin=origin, address=address, created_at=at)


class Reader(HTMLParser):
    """What a mail program shows of an HTML mail, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], "a tag is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "img", "form", "link"), "nothing is fetched, run or sent from a mail"
        assert "style" not in dict(attrs)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "head" not in self.open:
            self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.shown).split())


def test_every_kind_is_here() -> None:
    assert {kind for kind, _ in PLAIN} == {kind for kind, _ in EXTREME} | {"test"} == set(kinds.KINDS)


@pytest.mark.parametrize("letter", [*PLAIN, *EXTREME], ids=lambda letter: letter[0])
def test_every_kind_is_whole_in_both_forms(app: Flask, letter: Letter) -> None:
    words = worded(mail(letter))
    html = Reader(words.html)
    for form in (words.subject, words.text, html.text):
        said = form.replace(LONG, "what people wrote")
        assert not re.search(r"[{}]|None|Undefined|%s", said), said
    assert words.subject
    assert "\n" not in words.subject
    assert "\n\n\n\n" not in words.text
    assert ADDRESS in words.text
    assert ADDRESS in html.text


def figures(text: str) -> set[str]:
    """Amounts, dates, times and counts, wherever they stand; not those of links."""
    return set(re.findall(r"\$?\d[\d.,:]*\d|\d", re.sub(r"https?://\S+", "", text)))


@pytest.mark.parametrize("letter", [*PLAIN, *EXTREME], ids=lambda letter: letter[0])
def test_text_and_html_say_the_same_figures(app: Flask, letter: Letter) -> None:
    words = worded(mail(letter))
    assert figures(words.text) == figures(Reader(words.html).text)


@pytest.mark.parametrize("letter", [*PLAIN, *EXTREME], ids=lambda letter: letter[0])
def test_links_are_whole_and_the_same_in_both_forms(app: Flask, letter: Letter) -> None:
    words = worded(mail(letter))
    in_text = set(re.findall(r"https?://[^\s,]+", words.text))
    in_html = set(Reader(words.html).links)
    assert all(link.startswith("https://") for link in in_html)
    assert in_text == in_html


def test_what_people_wrote_is_no_html(app: Flask) -> None:
    words = worded(mail(("cap_near", {"what": "<a href=x>&amp;", "spent": 8, "cap": 10, "month": "May"})))
    assert "&lt;a href=x&gt;&amp;amp;" in words.html
    assert "<a href=x>&amp;" in words.text


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        (PLAIN[0], [f"{HOME}/verify/{TOKEN}", "Confirm your address for limn"]),
        (PLAIN[1], [f"{HOME}/reset/{TOKEN}", "within an hour"]),
        (PLAIN[2], ["28 November 2026, 09:05 UTC", f"{HOME}/forgot"]),
        (PLAIN[3], ["Receipt: Pro, a month, $14.99", "$2.39", "28 November 2026", "5,000", "LIMN-0001"]),
        (PLAIN[4], ["ends on 28 November 2026", "$14.99 a month", f"{HOME}/account/billing"]),
        (PLAIN[5], ["nothing was charged", f"{HOME}/pricing"]),
        (PLAIN[6], ["$14.99 for Pro could not be taken", "until 28 November 2026, 09:05 UTC"]),
        (PLAIN[7], ["Pro has ended"]),
        (PLAIN[8], ["12 files go on 28 November 2026", f"{HOME}/history"]),
        (PLAIN[9], ["Your account has spent 400 credits in November, 80% of its cap of 500", "/account/spending"]),
        (EXTREME[3], ["1,234,567.05 EUR"]),
        (EXTREME[4], ["$0.00", "$0.07", f"{HOME}/test-checkout/invoices/in_1", "1,200,000"]),
        (EXTREME[9], ["1 file goes on 29 February 2028"]),
    ],
)
def test_it_says_what_happened_and_what_can_be_done(app: Flask, letter: Letter, said: list[str]) -> None:
    words = worded(mail(letter))
    for part in said:
        assert part in words.subject + "\n" + words.text


@pytest.mark.parametrize(
    ("settings", "origin", "home"),
    [
        ({}, "http://localhost:9000", "http://localhost:9000"),
        ({}, "", "http://127.0.0.1:8000"),
        ({"HOST": "::", "PORT": 9}, "", "http://localhost:9"),
        ({"HOST": "::1"}, "", "http://[::1]:8000"),
        ({"PUBLIC_URL": HOME}, "", HOME),
    ],
)
def test_links_lead_to_where_the_site_is(make_app: MakeApp, settings: dict[str, Any], origin: str, home: str) -> None:
    with make_app(**settings).app_context():
        assert wording.home(origin) == home


def test_a_fact_that_a_template_lacks_is_an_error_and_no_gap(app: Flask) -> None:
    letter = mail(PLAIN[7])
    letter.facts = {}
    with pytest.raises(ValueError, match="plan"):
        worded(letter)


def test_a_message_says_what_it_is(make_app: MakeApp) -> None:
    with make_app(PUBLIC_URL=HOME, SITE_NAME="My Limn").app_context():
        made = message(mail(PLAIN[3]))
        assert made["From"] == "My Limn <limn@limn.example>"
        assert (made["To"], made["Date"]) == (ADDRESS, "Sat, 28 Nov 2026 09:05:00 +0000")
        assert (made["Auto-Submitted"], made["Content-Language"]) == ("auto-generated", "en")
        assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
        words: Worded = worded(mail(PLAIN[3]))
        assert [part.get_content() for part in made.iter_parts()] == [words.text, words.html + "\n"]
        assert max(len(line) for line in made.as_bytes().splitlines()) < 100
        assert made.as_bytes().isascii()


@pytest.mark.parametrize("home", ["", "http://192.168.1.20:8000", "http://[fd00::1]"])
def test_a_site_without_a_name_sends_from_localhost(make_app: MakeApp, home: str) -> None:
    with make_app(PUBLIC_URL=home).app_context():
        assert message(mail(PLAIN[0]))["From"] == "limn <limn@localhost>"


def test_the_id_of_a_message_is_its_mails_alone(app: Flask) -> None:
    first, second = mail(PLAIN[0]), mail(PLAIN[0])
    second.key = "verify:two"
    assert message(first)["Message-ID"] == message(mail(PLAIN[0]))["Message-ID"]
    assert message(first)["Message-ID"] != message(second)["Message-ID"]


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("", "limn <limn@limn.example>"),
        ("hello@limn.example", "limn <hello@limn.example>"),
        ("Ann of Limn <hello@limn.example>", "Ann of Limn <hello@limn.example>"),
    ],
)
def test_the_sender_is_who_the_setting_says(make_app: MakeApp, sender: str, shown: str) -> None:
    with make_app(PUBLIC_URL=HOME, MAIL_FROM=sender).app_context():
        assert message(mail(PLAIN[0]))["From"] == shown


def test_an_address_adds_no_header(app: Flask) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        message(mail(PLAIN[0], address="ann@limn.example\r\nBcc: eve@limn.example"))


def test_an_address_adds_no_recipient(app: Flask) -> None:
    made = message(mail(PLAIN[0], address="ann@limn.example, eve@limn.example"))
    assert len(made["To"].addresses) == 1


def test_a_name_of_the_site_adds_no_header(make_app: MakeApp) -> None:
    app = make_app(SITE_NAME="limn\r\nBcc: eve@limn.example", PUBLIC_URL=HOME)
    with app.app_context(), pytest.raises(ValueError, match="CR or LF"):
        message(mail(PLAIN[0]))
