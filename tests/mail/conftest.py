"""A site with a mail server."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from flask import Flask

from app.extensions import db
from app.mail import delivering
from tests.conftest import MakeApp
from tests.mail.server import MailServer

HOME = "https://limn.example"
YEAR = timedelta(days=365)
OpenServer = Callable[..., MailServer]


@pytest.fixture
def open_server() -> Iterator[OpenServer]:
    """A mail server as the test wants it."""
    opened: list[MailServer] = []

    def open_one(**options: Any) -> MailServer:
        opened.append(MailServer(**options))
        return opened[-1]

    yield open_one
    for server in opened:
        server.close()


@pytest.fixture
def server(open_server: OpenServer) -> MailServer:
    return open_server()


@pytest.fixture
def app(make_app: MakeApp, server: MailServer) -> Iterator[Flask]:
    made = make_app(MAIL_URL=server.url, PUBLIC_URL=HOME)
    with made.app_context():
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request: pytest.FixtureRequest, make_app: MakeApp, server: MailServer) -> Iterator[Flask]:
    database = {"DATABASE_URL": request.getfixturevalue("migrated_postgres")} if request.param == "postgresql" else {}
    made = make_app(MAIL_URL=server.url, PUBLIC_URL=HOME, **database)
    with made.app_context():
        yield made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody signed but its own key, for 127.0.0.1 and localhost."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    since = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), since, since + YEAR)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def deliver() -> int:
    """Send everything that is due. How many tries it took."""
    tries = 0
    db.session.remove()
    while delivering.deliver_next():
        tries += 1
        assert tries < 100, "the outbox does not end"
        db.session.remove()
    db.session.remove()
    return tries
