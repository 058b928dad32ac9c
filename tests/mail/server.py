"""A mail server: a real one on loopback, that answers as a test says."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.services import free_port

Reply = Callable[["MailServer", Any], Awaitable[str]]

USER, PASSWORD = "limn", "p@ss: w/rd"
LONGEST = 20  # seconds that a reply may go on
TAKEN = "250 OK"


@dataclass
class Came:
    """A mail that came, whether or not it was taken."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    encrypted: bool
    user: bool  # whether the sender had signed in

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


@dataclass
class MailServer:
    """`to_recipients` and `to_data` are used up one by one; afterwards every mail is taken."""

    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    asks_who: bool = False
    to_recipients: list[str] = field(default_factory=list)
    to_data: list[Reply] = field(default_factory=list)
    got: list[Came] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.controller = Controller(
            Handler(self),
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=self.tls,
            tls_context=self.starttls,
            authenticator=self._knows if self.asks_who else None,
            auth_required=self.asks_who,
            auth_require_tls=bool(self.starttls),
            enable_SMTPUTF8=False,
        )
        self.controller.start()

    @property
    def url(self) -> str:
        return f"{'smtps' if self.tls else 'smtp'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.over.set()
        self.controller.stop()

    def _knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@dataclass
class Handler:
    server: MailServer

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        said = self.server.to_recipients.pop(0) if self.server.to_recipients else TAKEN
        if said == TAKEN:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, smtp: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        encrypted = session.ssl is not None or self.server.tls is not None
        user = bool(session.authenticated)
        self.server.got.append(Came(envelope.mail_from, envelope.rcpt_tos, message, encrypted, user))
        reply = self.server.to_data.pop(0) if self.server.to_data else says(TAKEN)
        return await reply(self.server, smtp)


def says(answer: str) -> Reply:
    async def reply(_server: MailServer, _smtp: Any) -> str:
        return answer

    return reply


async def hangs(server: MailServer, _smtp: Any) -> str:
    """Says nothing until the test is over."""
    for _ in range(LONGEST * 20):
        if server.over.is_set():
            break
        await asyncio.sleep(0.05)
    return TAKEN


async def trickles(server: MailServer, smtp: Any) -> str:
    """One more line of the answer again and again, without end."""
    for _ in range(LONGEST * 20):
        if server.over.is_set() or smtp.transport.is_closing():
            break
        await smtp.push("250-well")
        await asyncio.sleep(0.05)
    return TAKEN


async def cuts(_server: MailServer, smtp: Any) -> str:
    """Takes it, and hangs up before it says so."""
    smtp.transport.abort()
    return TAKEN
