"""How settings are read that say where things go: channels, hosts, ports, addresses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from sessiontui.domain.delivery import Channel, Security
from sessiontui.domain.errors import BadInput
from sessiontui.runtime.settings.values import Raw, length, shown, word

_LONGEST_REST: Final = timedelta(hours=1)
_ADDRESS: Final = re.compile(
    r"[!#-'*+\-/-9=?A-Z^-~]+(?:\.[!#-'*+\-/-9=?A-Z^-~]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)


def channel(raw: Raw) -> Channel:
    """Read by which way letters leave.

    >>> str(channel("file"))
    'file'
    """
    name = word(raw).lower()
    if name not in {str(known) for known in Channel}:
        names = ", ".join(Channel)
        raise BadInput(f"{shown(raw)} is not a way by which letters can leave", hint=f"there is: {names}")
    return Channel(name)


def security(raw: Raw) -> Security:
    """Read how a connection to a mail server is kept from being read.

    >>> str(security("TLS"))
    'tls'
    """
    name = word(raw).lower()
    if name not in {str(known) for known in Security}:
        raise BadInput(f"{shown(raw)} is no security of mail", hint=f"there is: {', '.join(Security)}")
    return Security(name)


def port(raw: Raw) -> int:
    """Read the number of a port; 0 is the usual one.

    >>> port("587"), port(0)
    (587, 0)
    """
    text = str(raw).strip()
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and int(text[:6]) < 65_536):
        raise BadInput(f"{shown(raw)} is not a port", hint="write a whole number below 65536, such as 587")
    return int(text)


def host_name(raw: Raw) -> str:
    """Read the name or number of a host.

    >>> host_name("mail.example.org")
    'mail.example.org'
    """
    text = word(raw)
    if text and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}", text):
        raise BadInput(f"{shown(raw)} is not a host", hint="write its name alone, like mail.example.org")
    return text


def web_address(raw: Raw) -> str:
    """Read where a program listens: https, or http on this machine.

    >>> web_address("https://hooks.example.org/in")
    'https://hooks.example.org/in'
    """
    text = word(raw)
    here = re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])[:/]", text + "/")
    if text and (not (text.startswith("https://") or here) or len(text) < 9 or not text.isprintable() or " " in text):
        raise BadInput(f"{shown(raw)} is no safe web address", hint="write https://hooks.example.org/…")
    return text


def rest(raw: Raw) -> timedelta:
    """Read how long a letter rests before it leaves, at most an hour."""
    found = length(raw)
    if found > _LONGEST_REST:
        raise BadInput(f"{shown(raw)} is too long for letters to rest", hint="write at most 1 h, such as 15 s")
    return found


def address(raw: Raw) -> str:
    """Read an address that letters can come from.

    >>> address(" desk@example.org ")
    'desk@example.org'
    """
    text = word(raw)
    if not _ADDRESS.fullmatch(text):
        raise BadInput(f"{shown(raw)} is not an e-mail address", hint="write it like desk@example.org")
    return text


def on_call(raw: Raw) -> str:
    """Read where critical alerts go that nobody takes up: an address or an https address; nowhere if empty.

    >>> on_call("ops@example.org"), on_call("")
    ('ops@example.org', '')
    """
    text = word(raw)
    if text and not (_ADDRESS.fullmatch(text) or text.startswith("https://")):
        raise BadInput(f"{shown(raw)} reaches nobody", hint="write ops@example.org or https://hooks.example.org/…")
    return text
