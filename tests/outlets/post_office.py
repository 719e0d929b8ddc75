"""A mail server on this machine that speaks real SMTP, and fails where it is told to."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "desk", "correct horse"


@dataclass
class Office:
    """What the server took over and how it was spoken to; ``at`` maps a point to what it does there."""

    port: int = 0
    at: dict[str, str] = field(default_factory=dict)
    slow: float = 5.0
    taken: list[bytes] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    connections: int = 0
    poison: Callable[[bytes], str] = field(default=lambda content: "")

    def mails(self) -> list[EmailMessage]:
        return [BytesParser(EmailMessage, policy=default).parsebytes(raw) for raw in self.taken]


class _Clerk(SMTP):
    """Speaks as aiosmtpd does, but for the points at which it is to fail."""

    office: Office

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.office.connections += 1
        super().connection_made(transport)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the name of the library
        if said := self.office.at.get("ehlo"):
            await self.push(said)
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if said := self.office.at.get("starttls"):
            await self.push(said)
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        self.office.seen.append("data")
        if said := self.office.at.get("data"):
            await self.push(said)
        elif self.office.at.get("text") == "close":
            await self.push("354 go on")
            await asyncio.sleep(0.05)
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


class _Desk:
    def __init__(self, office: Office) -> None:
        self.office = office

    async def handle_MAIL(  # noqa: N802 - the name of the library
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self.office.at.get("mail"):
            return said
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self.office.at.get("rcpt"):
            return said
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = bytes(envelope.content or b"")
        said = self.office.poison(content) or self.office.at.get("dot", "")
        if said == "close":
            server.transport.abort()
            return "451 gone"
        if said == "slow":
            await asyncio.sleep(self.office.slow)
        elif said == "take and close":
            self.office.taken.append(content)
            server.transport.abort()
            return "451 gone"
        elif said:
            return said
        self.office.taken.append(content)
        self.office.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


@contextmanager
def post_office(
    office: Office | None = None, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None,
    signs_in: bool = False,
) -> Iterator[Office]:  # fmt: skip
    """Run a server on a free port as long as the block lasts."""
    office = office or Office()

    def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
        good = getattr(data, "login", b"") == USER.encode() and getattr(data, "password", b"") == PASSWORD.encode()
        return AuthResult(success=good and "auth" not in office.at, handled=False)

    class Clerk(_Clerk):
        pass

    Clerk.office = office

    class Own(Controller):
        def factory(self) -> SMTP:
            return Clerk(self.handler, **self.SMTP_kwargs)

    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port = finder.getsockname()[1]
    told: dict[str, object] = {"enable_SMTPUTF8": True, "tls_context": starttls}
    if signs_in:
        told |= {"authenticator": authenticate, "auth_require_tls": False}
    controller = Own(_Desk(office), hostname="127.0.0.1", port=port, ssl_context=tls, **told)
    controller.start()
    office.port, office.connections = port, 0  # starting up, the controller connects once itself
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def silence() -> Iterator[int]:
    """Listen, and never say a word; the port."""
    held: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for one in held:
            one.close()
        thread.join()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def certificate(folder: Path, *, address: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the context of a server with its own certificate, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)  # noqa: TID251 - TLS compares with the clock of the machine
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
