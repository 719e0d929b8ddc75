"""The channel to a mail server: one connection for a run, one recipient a letter, and no doubt where none need be.

Up to the end of the text the server has taken nothing over; from the final dot on it may have, whatever the
connection does then. Everything that fails before is tried again or given up; what fails after is uncertain.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from sessiontui.domain.delivery import PORTS, Security
from sessiontui.outlets.composing import compose
from sessiontui.outlets.outlet import HandingOver, Mail, NotSent, Unsure, nothing

_CHUNK: Final = 64 * 1024
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_LEADING_DOT: Final = re.compile(rb"(?m)^\.")
_OURS: Final = frozenset({530, 534, 535, 538})
"""Refusals that mean the credentials or the security, not this letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the parts of a conversation may take, in seconds."""

    connect: float = 10.0
    command: float = 30.0
    block: float = 180.0
    """For one part of the text to be taken by the network."""
    accept: float = 600.0
    """After the final dot: servers look into what they were given before they take it over."""
    quit: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how to speak to it; no one is named where ``user`` is empty."""

    host: str
    port: int = 0
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Server({self.host!r}, {self.at_port}, {self.security})"

    @property
    def at_port(self) -> int:
        """The port that is set, or the usual one."""
        return self.port or PORTS[self.security]


class SmtpOutlet:
    """Hands letters to a mail server; connects at the first one and again whenever the connection is gone."""

    def __init__(
        self, server: Server, *, patience: Patience | None = None, trust: ssl.SSLContext | None = None
    ) -> None:
        self.server = server
        self._patience = patience or Patience()
        self._trust = trust
        self._client: SMTP | None = None

    async def send(self, mail: Mail, *, handing_over: HandingOver = nothing) -> None:
        """Hand over one letter; a connection that the server closed since the last one is made anew."""
        compose(mail)  # what is no letter needs no connection
        for is_again in (False, True):
            had_one = self._client is not None and self._client.is_connected
            client = await self._connected()
            try:
                content = await self._envelope(client, mail)
                break
            except (SMTPServerDisconnected, ConnectionError) as error:
                self._drop()
                if is_again or not had_one:
                    raise NotSent(f"{self.server.host} closed the connection: {_said(error)}") from None
        try:
            await handing_over()
        except BaseException:
            await self._forget(client)
            raise
        await self._data(client, content)

    async def has_left(self, mail: Mail) -> bool:
        """Return no: a mail server cannot be asked."""
        return False

    async def probe(self) -> str:
        """Connect, with security and credentials, and hang up."""
        await self._connected()
        await self.close()
        secured = {Security.NONE: "in the clear", Security.TLS: "over TLS", Security.STARTTLS: "over STARTTLS"}
        signed = f", signed in as {self.server.user}" if self.server.user else ""
        return f"{self.server.host}:{self.server.at_port} answers {secured[self.server.security]}{signed}"

    async def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        client = self._client
        if client is not None and client.is_connected:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=self._patience.quit)
        self._drop()

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server, patience = self.server, self._patience
        if server.user and server.security is Security.NONE and not _is_here(server.host):
            raise NotSent(
                f"the password of {server.user} would travel to {server.host} in the clear",
                hint="set smtp_security to starttls or tls",
                everyone=True,
            )
        client = SMTP(
            hostname=server.host,
            port=server.at_port,
            use_tls=server.security is Security.TLS,
            start_tls=False,
            tls_context=self._trust or ssl.create_default_context(),
            local_hostname=_own_name(),
            timeout=patience.command,
        )
        doing = "does not answer"
        try:
            async with asyncio.timeout(patience.connect):
                await client.connect(timeout=patience.connect)
            await client.ehlo()
            if server.security is Security.STARTTLS:
                doing = "does not begin STARTTLS"
                await client.starttls()
                await client.ehlo()
            if server.user:
                doing = f"does not sign in {server.user}"
                await client.login(server.user, server.password)
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise self._unreachable(doing, error) from None
        self._client = client
        return client

    def _unreachable(self, doing: str, error: Exception) -> NotSent:
        where = f"{self.server.host}:{self.server.at_port}"
        cause = error if isinstance(error, ssl.SSLError) else error.__cause__
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotSent(
                f"the certificate of {where} is not to be trusted: {_said(cause)}",
                hint="check smtp_host, or add the authority to the system's certificates",
                everyone=True,
            )
        hint = "check smtp_user and its password" if isinstance(error, SMTPAuthenticationError) else _SETTINGS
        return NotSent(f"{where} {doing}: {_said(error)}", hint=hint, everyone=True)

    async def _envelope(self, client: SMTP, mail: Mail) -> bytes:
        """Name sender and recipient, and return the message as this server can take it."""
        wide = not (mail.sender.isascii() and mail.address.isascii())
        if wide and not client.supports_extension("smtputf8"):
            raise NotSent(f"{self.server.host} takes no addresses in other scripts", lasting=True)
        eight_bit = client.supports_extension("8bitmime")
        content = compose(mail, seven_bit=not eight_bit)
        options = (["SMTPUTF8"] if wide else []) + (["BODY=8BITMIME"] if eight_bit else [])
        encoding = "utf-8" if wide else "ascii"
        try:
            await client.mail(mail.sender, options=options, encoding=encoding)
            await client.rcpt(mail.address, encoding=encoding)
        except SMTPResponseException as error:
            await self._forget(client)
            raise self._refused(error.code, error.message, "") from None
        except ValueError as error:
            await self._forget(client)
            raise NotSent(f"{mail.address!r} is not an address that mail can go to", lasting=True) from error
        except SMTPServerDisconnected:
            raise
        except SMTPException as error:
            self._drop()
            raise NotSent(f"{self.server.host} did not answer: {_said(error)}") from None
        return content

    async def _data(self, client: SMTP, content: bytes) -> None:
        try:
            begun = await client.execute_command(b"DATA")
        except (SMTPException, OSError) as error:
            self._drop()
            raise NotSent(f"{self.server.host} did not ask for the text: {_said(error)}") from None
        if begun.code != 354:
            await self._forget(client)
            raise self._refused(begun.code, begun.message, "the text")
        try:
            await self._text(client, content)
        except (SMTPException, OSError) as error:
            self._drop()
            raise NotSent(f"{self.server.host} went away before the end of the text: {_said(error)}") from None
        except BaseException:
            self._drop()
            raise
        try:
            protocol = client.protocol
            if protocol is None:
                raise SMTPServerDisconnected("Connection lost")
            protocol.write(b".\r\n")
        except (SMTPException, OSError) as error:
            self._drop()
            raise NotSent(f"{self.server.host} went away before the end of the text: {_said(error)}") from None
        try:
            answer = await protocol.read_response(timeout=self._patience.accept)
        except SMTPResponseException as error:
            self._drop()
            raise Unsure(f"{self.server.host} gave an answer that nobody understands: {_said(error)}") from None
        except (SMTPException, OSError) as error:
            self._drop()
            raise Unsure(f"{self.server.host} did not say whether it took it: {_said(error)}") from None
        except BaseException:
            self._drop()
            raise
        if answer.code == 421:
            self._drop()
        if not 200 <= answer.code < 300:
            raise self._refused(answer.code, answer.message, "the letter")

    async def _text(self, client: SMTP, content: bytes) -> None:
        """Write the text with its dots stuffed, part by part, and see that the network took it."""
        lines = _LINE_END.sub(b"\r\n", content)
        text = _LEADING_DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")
        for start in range(0, len(text), _CHUNK):
            protocol = client.protocol
            if protocol is None:
                raise SMTPServerDisconnected("Connection lost")
            protocol.write(text[start : start + _CHUNK])
            async with asyncio.timeout(self._patience.block):
                # The library keeps its own waiting to itself; a letter of some kilobytes never comes here twice.
                while (writer := client.transport) is not None and _waiting(writer):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
        await asyncio.sleep(0)  # so that a connection which is closed by now is seen to be

    def _refused(self, code: int, said: str, what: str) -> NotSent:
        about = f" {what}" if what else ""
        detail = f"{self.server.host} refused{about}: {code} {_one_line(said)}".rstrip()
        if code in _OURS:
            return NotSent(detail, hint=_SETTINGS, everyone=True)
        if code == 421:
            self._drop()
        return NotSent(detail, lasting=500 <= code < 600)

    async def _forget(self, client: SMTP) -> None:
        """Let the server forget what was begun, or hang up where it does not answer."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


_SETTINGS: Final = "check smtp_host, smtp_port and smtp_security; 'sessiontui doctor' tries them"


def _waiting(writer: asyncio.BaseTransport) -> bool:
    return (
        isinstance(writer, asyncio.WriteTransport)
        and not writer.is_closing()
        and bool(writer.get_write_buffer_size())
    )


def _is_here(host: str) -> bool:
    """Return whether a host is this machine, so that nobody is between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _own_name() -> str:
    return re.sub("[^A-Za-z0-9.-]", "", socket.gethostname()) or "localhost"


def _said(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {_one_line(error.message)}"
    return _one_line(str(error)) or type(error).__name__


def _one_line(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode("utf-8", "replace")
    return " ".join(clean.split())[:300]
