"""Handing a mail to the server of MAIL_URL. Without one it is written to the log, where its links can be followed."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from ipaddress import ip_address
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from app.extensions import settings

STEP = 15  # seconds for each answer of the server
WHOLE = 60  # seconds for all of it, however busy the server looks
PORTS = {"smtp": 25, "smtps": 465}
PERMANENT = 500  # answers from here on

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """The server could not be reached, or did not take it now. The message is for the operator."""


class Refused(NotSent):
    """The server takes nothing for this address, today or tomorrow."""


class Server(NamedTuple):
    host: str
    port: int
    user: str
    password: str
    tls: bool  # from the first byte

    @property
    def here(self) -> bool:
        """On this machine: what goes there passes no network."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False


def send(message: EmailMessage) -> None:
    """Raises NotSent, or Refused when trying again is of no use."""
    if not settings().MAIL_URL:
        _show(message)
        return
    server = _server(urlsplit(settings().MAIL_URL))
    try:
        with _connected(server, _domain(message)) as smtp:
            _hand_over(smtp, message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"{server.host}:{server.port}: {_said(error)}") from error


def _show(message: EmailMessage) -> None:
    text = message.get_body(("plain",))
    said = text.get_content() if text else ""
    to, subject = message["To"], message["Subject"]
    logger.info("no MAIL_URL: this would be sent\nTo: %s\nSubject: %s\n\n%s", to, subject, said)


@contextmanager
def _connected(server: Server, name: str) -> Iterator[smtplib.SMTP]:
    """A connection, encrypted wherever the server can, and signed in. Closed after WHOLE seconds at the latest."""
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=STEP, context=_trust(server))
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=STEP)
    watch = Timer(WHOLE, _hang_up, [smtp])
    watch.start()
    try:
        _greet(smtp, server)
        yield smtp
        with suppress(OSError, smtplib.SMTPException):  # it has the mail, and how it says goodbye changes nothing
            smtp.quit()
    finally:
        watch.cancel()
        smtp.close()


def _greet(smtp: smtplib.SMTP, server: Server) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not server.tls and smtp.has_extn("starttls"):
        smtp.starttls(context=_trust(server))
        smtp.ehlo()
    elif server.password and not server.tls and not server.here:
        raise NotSent(f"{server.host} offers no STARTTLS, and the password of MAIL_URL goes over no open line")
    if server.user:
        smtp.login(server.user, server.password)


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, answer)] = error.recipients.values()
        raise _refusal(code, answer) from error
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused("the mail server knows no addresses with such letters") from error


def _refusal(code: int, answer: bytes | str) -> NotSent:
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return (Refused if code >= PERMANENT else NotSent)(f"{code} {said}")


def _domain(message: EmailMessage) -> str:
    """By which name we introduce ourselves. Python would ask the network for this machine's."""
    return str(message["From"].addresses[0].domain)


def _trust(server: Server) -> ssl.SSLContext:
    """Certificates are checked, except of a server on this machine, which often made its own."""
    context = ssl.create_default_context()
    if server.here:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _hang_up(smtp: smtplib.SMTP) -> None:
    if isinstance(smtp.sock, socket):
        with suppress(OSError):  # it is closed already
            socket.shutdown(smtp.sock, SHUT_RDWR)  # not as TLS would: somebody reads there


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


def _server(url: SplitResult) -> Server:
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    return Server(host, port, unquote(url.username or ""), unquote(url.password or ""), url.scheme == "smtps")
