"""A mail as it goes out: one MIME message, the same each time it is tried."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from app.extensions import settings
from app.mail.domains import in_ascii
from app.mail.models import Mail
from app.mail.wording import Worded, home, worded

NAME = "limn"  # before the @, unless MAIL_FROM says otherwise


def message(mail: Mail) -> EmailMessage:
    """Plain text first, HTML beside it. Raises ValueError where an address cannot stand in a header."""
    words: Worded = worded(mail)
    made = EmailMessage(SMTP)
    made["Subject"] = words.subject
    made["From"] = sender()
    made["To"] = _address("", mail.address)
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = message_id(mail.key, mail.created_at)
    made["Auto-Submitted"] = "auto-generated"
    # Quoted-printable: servers that pass no eight bits and break long lines leave it as it is.
    made.set_content(words.text, cte="quoted-printable")
    made.add_alternative(words.html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = "en"  # set_content forgets what was said of content before
    return made


def sender() -> Address:
    name, address = parseaddr(settings().MAIL_FROM)
    return _address(name or settings().SITE_NAME, address or f"{NAME}@{_host()}")


def _host() -> str:
    """The site's name. A bare number is no part of an address."""
    host = urlsplit(home()).hostname or ""
    return "localhost" if not host or ":" in host or host.rpartition(".")[2].isdigit() else host


def message_id(key: str, at: datetime) -> str:
    """The same for every try, so that what arrives twice can be told; says nothing of what the mail is about."""
    said = hashlib.sha256(f"{settings().SECRET_KEY}\n{key}\n{at.isoformat()}".encode()).hexdigest()
    return f"<{said[:32]}@{sender().domain}>"


def _address(name: str, address: str) -> Address:
    """In whatever letters, which `addr_spec` refuses; the domain as every server reads it."""
    user, _, domain = address.rpartition("@")
    return Address(name, user, in_ascii(domain))
